"""Rewards for training loops, in the shapes of TRL, verl and OpenRLHF.

    from derive.rewards import trl_reward
    trainer = GRPOTrainer(..., reward_funcs=trl_reward("cs182-hw2", undecided=None, unreadable=0.0))

Every function is safe to call from threads, never raises, and gives what the caller states for an answer that could not be
decided or read. The texts are judged by `derive.grade`: a restated question, an echoed prompt and boxes that contradict each
other earn nothing.
"""

from derive.rewards.openrlhf import openrlhf_reward
from derive.rewards.scale import Reward
from derive.rewards.trl import trl_reward
from derive.rewards.verl import verl_score

__all__ = ["Reward", "openrlhf_reward", "trl_reward", "verl_score"]
