"""Letters of a text's own: what defines, determines or describes them."""
