"""Answers to the bank in the words of a course: (part, right, near misses)."""

from __future__ import annotations

REPLIES: list[tuple[str, list[str], list[str]]] = [
    # What stands beside the answer: a step, a size, a value on the way.
    ("gd_best_rate#answer", [
        r"With $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$ the best factor is **$1-\frac{2}{\kappa+1}$**, reached at the step "
        r"$2/(\lambda_{\max}+\lambda_{\min})$.",
        r"The best factor is $\frac{\kappa-1}{\kappa+1}$ with $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$, attained for the step size "
        r"$2/(\lambda_{\max}+\lambda_{\min})$.",
        r"The best factor is $1-\frac{2}{\kappa+1}$ with $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$, achieved with the constant step "
        r"$2/(\lambda_{\max}+\lambda_{\min})$.",
    ], [
        r"With $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$ the best factor is **$1-\frac{1}{\kappa+1}$**, reached at the step "
        r"$2/(\lambda_{\max}+\lambda_{\min})$.",
        r"With $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$ the factor $1-\frac{2}{\kappa+1}$ is not reached at the step "
        r"$2/(\lambda_{\max}+\lambda_{\min})$; the best factor is $1/\kappa$.",
        r"With $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$ the best factor is $2/(\lambda_{\max}+\lambda_{\min})$, reached at the step "
        r"$1-\frac{2}{\kappa+1}$.",
    ]),
    ("gd_noise_closed_form#answer", [
        'Let $v=x^2+s^2$. Taking expectations, $E[w_{t+1}]=(1-2\\eta v)E[w_t]+2\\eta xy$, and from '
        '$w_0=0$\n\n$$E[w_T]=\\frac{xy}{v}\\left(1-(1-2\\eta v)^T\\right).$$',
        r"Let $v=x^2+s^2$. Then $E[w_{t+1}]=(1-2\eta v)E[w_t]+2\eta xy$, so $E[w_T]=\frac{xy}{v}\left(1-(1-2\eta v)^T\right)$.",
    ], [
        'Let $v=x^2+s^2$. Taking expectations, $E[w_{t+1}]=(1-2\\eta v)E[w_t]+2\\eta xy$, and from '
        '$w_0=0$\n\n$$E[w_T]=\\frac{xy}{v}\\left(1-(1-\\eta v)^T\\right).$$',
        r"Let $v=x^2-s^2$. Then $E[w_{t+1}]=(1-2\eta v)E[w_t]+2\eta xy$, so $E[w_T]=\frac{xy}{v}\left(1-(1-2\eta v)^T\right)$.",
        r"Let $v=x^2+s^2$. Then $E[w_T]=\frac{xy}{v}\left(1-(1-2\eta v)^T\right)$, and so $E[w_{t+1}]=(1-2\eta v)E[w_t]+2\eta xy$, $E[w_T]=0$.",
    ]),
    ("cnt_lora#answer", [
        r"Each adapter is a product of an $a\times r$ and an $r\times b$ factor, so it has $ra+rb$ trainable numbers. For $M$ matrices that "
        r"makes **$Mr(a+b)$**.",
        "One adapter has $ra+rb$ numbers. For all $M$ this makes $Mr(a+b)$.",
        "One adapter has $r(a+b)$ numbers, which makes $Mr(a+b)$ in total.",
        "So each adapter has $ra+rb$ numbers; all together that makes $Mr(a+b)$.",
    ], [
        r"Each adapter is a product of an $a\times r$ and an $r\times b$ factor, so it has $ra+rb$ trainable numbers. For $M$ matrices that "
        r"makes **$Mrab$**.",
        "For $M$ matrices that makes $Mr(a+b)$. So each adapter has $ra+rb$ numbers and the answer is $ra+rb$.",
        "For $M$ matrices that makes half of $Mr(a+b)$.",
    ]),
    ("cnt_ring_volume#answer", [
        r"Reduce-scatter and all-gather take $n-1$ rounds each, and in every round a worker sends one chunk of $p/n$ numbers. **Per "
        r"worker:** $\frac{2(n-1)p}{n}$ numbers.",
        "There are $n-1$ rounds in each phase with chunks of $p/n$ numbers. Per worker: $2(n-1)p/n$.",
        r"Both phases take $n-1$ rounds. Each round moves $p/n$ numbers. **Per worker**: $2(n-1)\frac pn$ numbers.",
    ], [
        r"Reduce-scatter and all-gather take $n-1$ rounds each, and in every round a worker sends one chunk of $p/n$ numbers. **Per "
        r"worker:** $\frac{(n-1)p}{n}$ numbers.",
        "Reduce-scatter and all-gather take $n-1$ rounds each. **Per worker:** $2(n-1)p$ numbers.",
        r"Per phase: $\frac{2(n-1)p}{n}$ numbers. Per worker: $\frac{4(n-1)p}{n}$.",
    ]),
    ("cnt_param_server#answer", [
        "**$2n$ messages of size $p$** ($n$ up, $n$ down)",
        "**$2n$ messages** of size $p$ ($n$ up and $n$ down)",
        "The total is **$2n$ messages of size $p$**.",
        "**$2n$** messages, each of size $p$ ($n$ pushes, $n$ pulls)",
    ], [
        "**$n$ messages of size $p$** ($n$ up, $n$ down)",
        "2**$2n$ messages of size $p$**",
        "$3$ ** $2n$ ** messages",
        "**$2n$ messages of size $2p$**",
    ]),
    ("ib_two_inconsistent#answer", [
        r"The two terms add up to $2(\bar y-a^\top w)^2$ plus a constant, where $\bar y=\frac{y_1+y_2}{2}$. So the limit is "
        r"$w_\infty=\dfrac{\bar y}{\|a\|_2^2}\,a$.",
        r"The loss is $2(\bar y-a^\top w)^2$ plus a constant with $\bar y=\frac{y_1+y_2}{2}$. Hence $w_\infty=\frac{\bar y}{a^\top a}a$.",
        r"The sum is $2(a^\top w)^2$ minus $2(y_1+y_2)a^\top w$ plus a constant. The limit is $w_\infty=\frac{y_1+y_2}{2a^\top a}a$.",
    ], [
        r"The two terms add up to $2(\bar y-a^\top w)^2$ plus a constant, where $\bar y=y_1+y_2$. So the limit is $w_\infty=\dfrac{\bar "
        r"y}{\|a\|_2^2}\,a$.",
        r"The two terms add up to a constant, so the limit is $w_\infty=\dfrac{y_1+y_2}{2\|a\|_2^2}\,a$ plus a constant.",
        r"It is $2(\bar y-a^\top w)^2$ plus a constant. So the limit is 2$w_\infty=\dfrac{y_1+y_2}{2\|a\|_2^2}\,a$",
        r"So the limit is $w_\infty=\dfrac{y_1+y_2}{2\|a\|_2^2}\,a$ plus $a$.",
    ]),
    # Ranks with the place named first.
    ("lmo_ksparse#answer", [
        "x_i = 1 for the k indices with the smallest costs c_i, and x_i = 0 for all other indices",
        "$x_i=1$ for the $k$ indices with the smallest $c_i$, and $x_i=0$ for all other indices",
        "$x_i = 1$ for the $k$ indices $i$ with the smallest costs $c_i$, $x_i = 0$ for all others",
        "x_i = 1 for the k entries with lowest c_i and 0 for all the others",
        "x_i = 1 at the k indices of smallest cost c_i, 0 elsewhere",
        "x_i = 1 for the indices of the k smallest costs c_i, 0 otherwise",
    ], [
        "x_i = 1 for the k indices with the largest costs c_i, and x_i = 0 for all other indices",
        "x_i = 0 for the k indices with the smallest costs c_i, and x_i = 1 for all other indices",
        "x_i = 1/k for the k indices with the smallest costs c_i, and x_i = 0 for all other indices",
        "x_i = 1 for the k indices with the smallest costs c_i",
        "x_i = k for the k indices with the smallest costs c_i, and x_i = 0 for all other indices",
        "x_i = 1 for the index with the smallest cost c_i, and x_i = 0 for all other indices",
        "x_i = 1 for the k indices with the smallest costs |c_i|, and x_i = 0 for all other indices",
        "x_i = 1 for the k indices with the smallest squared costs c_i, and x_i = 0 for all other indices",
        "x_i = 1 for the k indices with the smallest positive c_i, 0 otherwise",
        "x_i = 1 for the k indices with the smallest absolute c_i, 0 otherwise",
    ]),
    # Cases told in sentences and lists.
    ("kkt_passive_aggressive#answer", [
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$, then $w=w_0$. Otherwise, $w=w_0+\frac{y-w_0^\top x}{x^\top x}x$.",
        r"If $y\,w_0^\top x\ge 1$ the constraint already holds and $w=w_0$; otherwise the solution is $w=w_0+\frac{y-w_0^\top x}{x^\top x}x$.",
        '- If $y w_0^\\top x\\ge 1$: $w=w_0$\n- Otherwise: $w=w_0+\\frac{y-w_0^\\top x}{x^\\top x}x$',
        r"When $y\,w_0^\top x\ge 1$, $w=w_0$. Otherwise we project: $w=w_0+\frac{y-w_0^\top x}{x^\top x}x$.",
    ], [
        r"If $y\,w_0^\top x\le 1$ nothing changes: $w=w_0$. Otherwise $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise $w=w_0-\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise twice $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise halve $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise the negative of $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 2$ nothing changes: $w=w_0$. Otherwise $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ it is not true that $w=w_0$. Otherwise $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$.",
        r"If $y\,w_0^\top x\ge 1$ nothing changes: $w=w_0$. Otherwise $w=w_0+\dfrac{y-w_0^\top x}{x^\top x}\,x$, then rescale it to unit length.",
    ]),
    ("proj_ball#answer", [
        r"If $\|v-c\|\le r$ the point is already inside and $x=v$. Otherwise move it radially onto the sphere: $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ then $x=v$, else $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $v$ is inside the ball ($\|v-c\|\le r$), $x=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$.",
    ], [
        r"If $\|v-c\|\ge r$ the point is already inside and $x=v$. Otherwise move it radially onto the sphere: $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ the point is already inside and $x=v$. Otherwise move it radially onto the sphere: $x=r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ the point is already inside and $x=c$. Otherwise move it radially onto the sphere: $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ the point is already inside and $x=v$. Otherwise move it halfway to: $x=c+r\,\frac{v-c}{\|v-c\|}$.",
    ]),
    ("prox_l1#answer", [
        'Coordinate by coordinate:\n\n- if $v_i>\\lambda$ then $x_i=v_i-\\lambda$\n- if $|v_i|\\le\\lambda$ then $x_i=0$\n- if '
        '$v_i<-\\lambda$ then $x_i=v_i+\\lambda$',
        '- If $v_i>\\lambda$, then $x_i=v_i-\\lambda$.\n- If $v_i<-\\lambda$, then $x_i=v_i+\\lambda$.\n- Otherwise $x_i=0$.',
        r"If $v_i>\lambda$ then $x_i=v_i-\lambda$; if $v_i<-\lambda$ then $x_i=v_i+\lambda$; otherwise $x_i=0$.",
        '* for $v_i>\\lambda$: $x_i=v_i-\\lambda$\n* for $|v_i|\\le\\lambda$: $x_i=0$\n* for $v_i<-\\lambda$: $x_i=v_i+\\lambda$',
        '1. $v_i>\\lambda$: $x_i=v_i-\\lambda$\n2. $|v_i|\\le\\lambda$: $x_i=0$\n3. $v_i<-\\lambda$: $x_i=v_i+\\lambda$',
    ], [
        'Coordinate by coordinate:\n\n- if $v_i>\\lambda$ then $x_i=v_i+\\lambda$\n- if $|v_i|\\le\\lambda$ then $x_i=0$\n- if '
        '$v_i<-\\lambda$ then $x_i=v_i-\\lambda$',
        'Coordinate by coordinate:\n\n- if $v_i>\\lambda$ then $x_i=v_i-\\lambda$\n- if $|v_i|\\le\\lambda$ then $x_i=v_i$\n- if '
        '$v_i<-\\lambda$ then $x_i=v_i+\\lambda$',
        '- if $v_i>\\lambda$ then $x_i=v_i-\\lambda$\n- if $v_i<-\\lambda$ then $x_i=v_i+\\lambda$',
        '- if $v_i>\\lambda$ then $x_i=v_i-\\lambda$\n- if $|v_i|\\le\\lambda$ then $x_i=0$\n- if $v_i<-\\lambda$ then $x_i=-v_i-\\lambda$',
        '- if $v_i>\\lambda/2$ then $x_i=v_i-\\lambda$\n- if $|v_i|\\le\\lambda/2$ then $x_i=0$\n- if $v_i<-\\lambda/2$ then $x_i=v_i+\\lambda$',
        '- if $v_i>\\lambda$ then $x_i=v_i-\\lambda$ doubled\n- if $|v_i|\\le\\lambda$ then $x_i=0$\n- if $v_i<-\\lambda$ then $x_i=v_i+\\lambda$',
        '- if $v_i>\\lambda$ then half of $x_i=v_i-\\lambda$\n- if $|v_i|\\le\\lambda$ then $x_i=0$\n- if $v_i<-\\lambda$ then $x_i=v_i+\\lambda$',
    ]),
    # A function that the text defines, ones of the size that fits.
    ("grad_logistic#answer", [
        r"$X^\top\left(\sigma(Xw)-\tfrac12(\mathbf 1+y)\right)$, where $\sigma(t)=\frac{1}{1+e^{-t}}$ is applied entrywise",
        r"$X^\top(\sigma(Xw) - \frac{\mathbf{1}+y}{2})$ with $\sigma$ the sigmoid, applied entrywise",
        r"$\frac12 X^\top(2\sigma(Xw)-\mathbf 1-y)$ where $\sigma(t)=1/(1+e^{-t})$",
    ], [
        r"$X^\top\left(\sigma(Xw)-(\mathbf 1+y)\right)$, where $\sigma(t)=\frac{1}{1+e^{-t}}$ is applied entrywise",
        r"$X^\top\left(\sigma(Xw)-\tfrac12(\mathbf 1+y)\right)$, where $\sigma(t)=\frac{1}{1+e^{t}}$ is applied entrywise",
        r"$X^\top\left(\sigma(Xw)-\tfrac12(\mathbf 1-y)\right)$",
    ]),
    ("pli_spectral#answer", [
        r"For $\sigma_{\max}(D)=t$ the inner product is at least $-t\lVert G\rVert_*$, attained at $D=-t\,UV^\top$. Minimising $-t\lVert "
        r"G\rVert_*+t^2/\alpha$ gives $t=\frac{\alpha}{2}\lVert G\rVert_*$, so $D=-\frac{\alpha}{2}\lVert G\rVert_*\,UV^\top$.",
    ], [
        r"For $\sigma_{\max}(D)=t$ the inner product is at least $-t\lVert G\rVert_*$, attained at $D=-t\,UV^\top$. Minimising $-t\lVert "
        r"G\rVert_*+t^2/\alpha$ gives $t=\alpha\lVert G\rVert_*$, so $D=-\alpha\lVert G\rVert_*\,UV^\top$.",
        r"The norm is $2\|G\|_*$. The answer is $2\times$ the matrix $D=-\frac{\alpha}{2}\lVert G\rVert_*\,UV^\top$.",
    ]),
    # Words that are harmless by their role.
    ("ls_ols#answer", [
        "w = inv(X^T X) X^T y, where the inverse exists because X has full column rank",
        r"$w=(X^\top X)^{-1}X^\top y$, where the inverse exists since $X$ has independent columns.",
        r"$w=(X^\top X)^{-1}X^\top y$, where the matrix is invertible",
    ], [
        "w = inv(X^T X) X^T y, where the inverse is squared because X has full column rank",
        r"$w=(X^\top X)^{-1}X^\top y$, where the inverse exists only after halving",
        r"$w=(X^\top X)^{-1}X^\top y$, where the inverse is taken twice",
        "w = inv(X^T X) X^T y, where the inverse exists. Then double it.",
    ]),
    ("conj_power#answer", [
        r"$\dfrac{1}{q}\,\lVert y\rVert_q^{\,q}$, where $q=\dfrac{p}{p-1}$ is the conjugate exponent.",
        r"$\frac1q\|y\|_q^q$ where $q=p/(p-1)$ is the dual exponent",
    ], [
        r"$\dfrac{1}{q}\,\lVert y\rVert_q^{\,q}$, where $q=\dfrac{p}{p+1}$ is the conjugate exponent.",
        r"The conjugate of $\dfrac{1}{q}\,\lVert y\rVert_q^{\,q}$, where $q=\dfrac{p}{p-1}$.",
        r"$\dfrac{1}{q}\,\lVert y\rVert_q^{\,q}$ conjugated, where $q=\dfrac{p}{p-1}$",
        r"$\dfrac{1}{p}\,\lVert y\rVert_q^{\,q}$, where $q=\dfrac{p}{p-1}$ is the conjugate exponent.",
    ]),
    ("heavy_ball_best_rate#answer", [
        r"Let $\kappa=L/\mu$. The best asymptotic factor is $\dfrac{\sqrt\kappa-1}{\sqrt\kappa+1}$, compared with "
        r"$\dfrac{\kappa-1}{\kappa+1}$ for plain gradient descent.",
        r"Let $\kappa=L/\mu$. The best factor is $\frac{\sqrt\kappa-1}{\sqrt\kappa+1}$ (compared to $\frac{\kappa-1}{\kappa+1}$ without momentum).",
    ], [
        r"Let $\kappa=L/\mu$. The best asymptotic factor is $\dfrac{\kappa-1}{\kappa+1}$, compared with "
        r"$\dfrac{\sqrt\kappa-1}{\sqrt\kappa+1}$ for plain gradient descent.",
        r"Let $\kappa=L/\mu$. Compared with $\dfrac{\sqrt\kappa-1}{\sqrt\kappa+1}$ the best factor is the square.",
        r"Let $\kappa=L/\mu$. The best factor is twice as small compared with $\dfrac{\sqrt\kappa-1}{\sqrt\kappa+1}$.",
    ]),
    ("pli_kl_simplex#answer", [
        r"Multiplicative weights: put $w_i=x_{0,i}\,e^{-\eta g_i}$ and normalise, $x_i=w_i/\sum_jw_j$.",
        r"With $w_i=x_{0,i}e^{-\eta g_i}$ the solution is $x_i=w_i/\sum_jw_j$ (multiplicative weights).",
    ], [
        r"Multiplicative weights: put $w_i=x_{0,i}\,e^{-\eta g_i}$ and normalise, $x_i=w_i/\max_jw_j$.",
        r"Multiplicative weights: put $w_i=x_{0,i}\,e^{\eta g_i}$ and normalise, $x_i=w_i/\sum_jw_j$.",
        r"Multiplicative weights: put $w_i=x_{0,i}\,e^{-\eta g_i}$, $x_i=w_i$.",
        r"Put $w_i=x_{0,i}\,e^{-\eta g_i}$ and then $x_i=w_i/\sum_jw_j$, normalised to length one.",
    ]),
    # Factors of a declared matrix, and its rows.
    ("ib_early_stopping#answer", [
        'With the thin SVD $X=\\sum_i\\sigma_iu_iv_i^\\top$ and '
        '$\\eta=\\frac{1}{2\\sigma_1^2}$,\n\n$$w_T=\\sum_i\\frac{1-(1-\\eta\\sigma_i^2)^T}{\\sigma_i}\\,(u_i^\\top y)\\,v_i .$$',
        r"Let $X=U\Sigma V^\top$ be the thin SVD. Then $w_T=V(I-(I-\eta\Sigma^2)^T)\Sigma^{-1}U^\top y$.",
    ], [
        r"With the thin SVD $X=\sum_i\sigma_iu_iv_i^\top$, $$w_T=\sum_i\frac{1-(1-\eta\sigma_i)^T}{\sigma_i}\,(u_i^\top y)\,v_i .$$",
        r"With the thin SVD $X=\sum_i\sigma_iu_iv_i^\top$, $$w_T=\sum_i\frac{1-(1-\eta\sigma_i^2)^T}{\sigma_i^2}\,(u_i^\top y)\,v_i .$$",
        r"With the thin SVD $X=\sum_i\sigma_iu_iv_i^\top$, $$w_T=\sum_i\frac{(1-\eta\sigma_i^2)^T}{\sigma_i}\,(u_i^\top y)\,v_i .$$",
    ]),
    ("ls_ridge#answer", [
        r"$w=\sum_i\dfrac{\sigma_i}{\sigma_i^2+\lambda}\,(u_i^\top y)\,v_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"With the thin SVD $X=U\Sigma V^\top$ we get $w=V(\Sigma^2+\lambda I)^{-1}\Sigma U^\top y$.",
        r"Let $X = U \operatorname{diag}(\sigma) V^\top$ (SVD). $w = V \operatorname{diag}\left(\frac{\sigma}{\sigma^2+\lambda}\right) U^\top y$",
        r"Write the SVD as $X=USV^\top$. Then $w=V(S^2+\lambda I)^{-1}SU^\top y$",
    ], [
        r"$w=\sum_i\dfrac{1}{\sigma_i^2+\lambda}\,(u_i^\top y)\,v_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\dfrac{\sigma_i}{\sigma_i+\lambda}\,(u_i^\top y)\,v_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\dfrac{\sigma_i}{\sigma_i^2+\lambda}\,(v_i^\top y)\,u_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"With the thin SVD $X=U\Sigma V^\top$ we get $w=V(\Sigma+\lambda I)^{-1}U^\top y$.",
        r"$w=\sigma_1/(\sigma_1^2+\lambda)(u_1^\top y)v_1$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\dfrac{\sigma_i}{\sigma_i^2+\lambda}\,(u_i^\top y)\,v_i$ with $X=\sum_i\sigma_iu_iv_i^\top$ for some vectors",
    ]),
    ("ls_gls#answer", [
        r"Whiten with the Cholesky factor $S=LL^\top$: put $\tilde X=L^{-1}X$ and $\tilde y=L^{-1}y$. Then $w=(\tilde X^\top\tilde "
        r"X)^{-1}\tilde X^\top\tilde y$.",
        r"With Cholesky $S=LL^\top$, $w=(X^\top L^{-\top}L^{-1}X)^{-1}X^\top L^{-\top}L^{-1}y$.",
    ], [
        r"Whiten with the Cholesky factor $S=LL^\top$: put $\tilde X=LX$ and $\tilde y=Ly$. Then $w=(\tilde X^\top\tilde X)^{-1}\tilde "
        r"X^\top\tilde y$.",
        r"Whiten with the Cholesky factor $S=LL^\top$: put $\tilde X=L^{-\top}X$ and $\tilde y=L^{-\top}y$. Then $w=(\tilde X^\top\tilde "
        r"X)^{-1}\tilde X^\top\tilde y$.",
        r"With the Cholesky factor $S=LL^\top$ it is $w=(X^\top X)^{-1}X^\top L^{-1}y$.",
    ]),
    ("ls_ols#answer", [
        r"Using the thin QR factorisation $X=QR$, the normal equations become $Rw=Q^\top y$, so $w=R^{-1}Q^\top y$.",
        r"$w=R^{-1}Q^\top y$ with the QR decomposition $X=QR$",
        "w = R^-1 Q^T y, where X = QR is the thin QR factorization",
        r"With the thin SVD $X=U\Sigma V^\top$: $w=V\Sigma^{-1}U^\top y$",
        r"$w=\left(\sum_i x_ix_i^\top\right)^{-1}\sum_i y_i x_i$",
        r"$w=\sum_i \frac{u_i^\top y}{\sigma_i}v_i$ where $X=\sum_i \sigma_i u_i v_i^\top$ is the singular value decomposition",
    ], [
        r"Using the thin QR factorisation $X=QR$, the normal equations become $Rw=Q^\top y$, so $w=RQ^\top y$.",
        r"$w=Q^\top y$ with the QR decomposition $X=QR$",
        r"$w=R^{-\top}Q^\top y$ with the QR decomposition $X=QR$",
        r"$w=|R|^{-1}Q^\top y$ with the QR decomposition $X=QR$",
        r"With the thin SVD $X=U\Sigma V^\top$: $w=U\Sigma^{-1}V^\top y$",
        r"$w=\left(\sum_i x_ix_i^\top\right)^{-1}\sum_i x_i$",
        r"$w=\sum_i y_i x_i$",
        r"$w=\left(\sum_i x_ix_i^\top\right)^{-1}\sum_i y_i x_i$, where $x_i$ is the $i$-th column",
    ]),
    ("ls_weighted#answer", [
        r"$w=\left(\sum_i a_i\,x_ix_i^\top\right)^{-1}\sum_i a_i\,y_i\,x_i$",
        r"$w = \left(\sum_{i=1}^m a_i x_i x_i^\top\right)^{-1}\left(\sum_{i=1}^m a_i y_i x_i\right)$ where $x_i^\top$ are the rows of $X$",
    ], [
        r"$w=\left(\sum_i a_i\,x_ix_i^\top\right)^{-1}\sum_i y_i\,x_i$",
        r"$w=\left(\sum_i a_i^2\,x_ix_i^\top\right)^{-1}\sum_i a_i\,y_i\,x_i$",
        r"$w=\sum_i a_i\,y_i\,x_i$",
        r"$w=\left(\sum_i a_i\,x_i^\top x_i\right)^{-1}\sum_i a_i\,y_i\,x_i$",
    ]),
    ("prox_nuclear#answer", [
        r"$X=\sum_i\max(\sigma_i-\lambda,0)\,u_iv_i^\top$, where $V=\sum_i\sigma_iu_iv_i^\top$ is the SVD",
    ], [
        r"$X=\sum_i\max(\sigma_i+\lambda,0)\,u_iv_i^\top$, where $V=\sum_i\sigma_iu_iv_i^\top$ is the SVD",
        r"$X=\sum_i\max(\sigma_i-\lambda,0)\,v_iu_i^\top$, where $V=\sum_i\sigma_iu_iv_i^\top$ is the SVD",
        r"$X=\sum_i(\sigma_i-\lambda)\,u_iv_i^\top$, where $V=\sum_i\sigma_iu_iv_i^\top$ is the SVD",
    ]),
    ("proj_psd#answer", [
        r"$X=\tfrac12\left(S+|S|\right)$ with $|S|=U\operatorname{diag}(|\lambda|)U^\top$ for $S=U\operatorname{diag}(\lambda)U^\top$",
        r"$X=\sum_i \max(\lambda_i,0) q_i q_i^\top$ with the spectral decomposition $S=\sum_i\lambda_i q_i q_i^\top$",
        r"$X=Q\max(\Lambda,0)Q^\top$ where $S=Q\Lambda Q^\top$ is the eigendecomposition",
    ], [
        r"$X=\tfrac12\left(S-|S|\right)$ with $|S|=U\operatorname{diag}(|\lambda|)U^\top$ for $S=U\operatorname{diag}(\lambda)U^\top$",
        r"$X=|S|$ with $|S|=U\operatorname{diag}(|\lambda|)U^\top$ for $S=U\operatorname{diag}(\lambda)U^\top$",
        r"$X=\sum_i \max(\lambda_i,1) q_i q_i^\top$ with the spectral decomposition $S=\sum_i\lambda_i q_i q_i^\top$",
        r"$X=\tfrac12\left(S+|S|\right)$ with the entrywise $|S|$",
    ]),
    # Names that are no single letter.
    ("mle_categorical#answer", [
        "p_i = c_i / (total count), where total count = sum_j c_j",
        r"$p_i=\frac{c_i}{\text{total count}}$, where $\text{total count}=\sum_j c_j$",
        "p_i = c_i / total count, where the total count = sum_j c_j",
        "p = c/(grand total) with grand total = sum_i c_i",
    ], [
        "p_i = c_i / (total count), where total count = n",
        "p_i = c_i / (total count), where total count = max_j c_j",
        "p_i = 2 c_i / (total count), where total count = sum_j c_j",
        "p_i = c_i / (total count), where other count = sum_j c_j",
        "p_i = (total count) / c_i, where total count = sum_j c_j",
    ]),
    ("map_beta#answer", [
        r"The posterior is Beta with parameters $a'=a+n_1$ and $b'=b+n_0$. Its mode is $\frac{a'-1}{a'+b'-2}$.",
        r"With $a'=a+n_1$, $b'=b+n_0$ the mode is $\frac{a'-1}{a'+b'-2}$",
        r"$\frac{a^\prime-1}{a^\prime+b^\prime-2}$ where $a^\prime=a+n_1$ and $b^\prime=b+n_0$",
        "(a' - 1)/(a' + b' - 2) with a' = a + n_1 and b' = b + n_0",
    ], [
        r"The posterior is Beta with parameters $a'=a+n_0$ and $b'=b+n_1$. Its mode is $\frac{a'-1}{a'+b'-2}$.",
        r"The posterior is Beta with parameters $a'=a+n_1$ and $b'=b+n_0$. Its mode is $\frac{a'}{a'+b'}$.",
        r"The posterior is Beta with parameters $a'=a+n_1$ and $b'=b+n_0$. Its mode is $\frac{a-1}{a+b-2}$.",
        r"Its mode is $\frac{a'-1}{a'+b'-2}$.",
    ]),
    # What the text says an operation is of.
    ("ls_ols#answer", [
        r"$w=(X^\top X)^{-1}X^\top y$, where $X^\top X$ is the Gram matrix, whose inverse exists.",
        r"$w=X^+y$, where $X^+$ is the pseudoinverse of $X$",
    ], [
        r"$w=(X^\top X)^{-1}X^\top y$, where the inverse is of $2X^\top X$",
        r"$w=(X^\top X)^{-1}X^\top y$, where the inverse is that of $X X^\top$",
        r"$w=(X^\top X)^{-1}X^\top y$, where the transpose is of the inverse",
    ]),
    ("ls_ridge#answer", ["w = sum_i s_i/(s_i^2 + lam) (u_i^T y) v_i where X = sum_i s_i u_i v_i^T is the SVD"],
     ["w = sum_i s_i/(s_i^2 + lam) (v_i^T y) u_i where X = sum_i s_i u_i v_i^T is the SVD"]),
    # Steps away from what is read above.
    ("proj_ball#answer", [], [
        r"If $\|v-c\|\le r$ then $x=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$. Then double $x$.",
        r"If $\|v-c\|\le r$ then $x=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$, rounded.",
        r"It is wrong that if $\|v-c\|\le r$ then $x=v$ and otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"My first guess was: if $\|v-c\|\le r$ then $x=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$. But that is wrong. The answer is $x=c$.",
        r"If $\|v-c\|\le r$ then $x=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$ plus $c$.",
        r"If $\|v-c\|\le r$ then $x=v$ half the time. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ then $x=v$. Otherwise the opposite of $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|< r/2$ then $x=v$; if $\|v-c\|\ge r$ then $x=c+r\,\frac{v-c}{\|v-c\|}$.",
        r"If $\|v-c\|\le r$ then $y=v$. Otherwise $x=c+r\,\frac{v-c}{\|v-c\|}$.",
    ]),
    ("map_beta#answer", [], [
        r"With $a'=a+n_1$, $b'=b+n_0$ the mode is $\frac{a'-1}{a'+b-2}$",
        r"With $a'=a+n_1$, $b'=b+n_0$ the mode is $\frac{a'-1}{a'+b'-2}$, doubled",
        r"With $a'=2a+n_1$, $b'=b+n_0$ the mode is $\frac{a'-1}{a'+b'-2}$",
        r"Let $a'=a+n_1$ and $b'=b+n_0$, and then $a'=a$. The mode is $\frac{a'-1}{a'+b'-2}$.",
        r"The mode is the inverse of $\frac{a'-1}{a'+b'-2}$ with $a'=a+n_1$, $b'=b+n_0$",
    ]),
    ("mle_categorical#answer", [], [
        'p_i = c_i / (total count), where total count = sum_j c_j, rounded up',
        'p_i = c_i / (total count), where total count = 2 sum_j c_j',
        'p_i = c_i / (total count) + 1, where total count = sum_j c_j',
        'p_i = c_i / (total count), where total count = sum_j c_j and total count = n',
    ]),
    ("ls_ols#answer", [], [
        r"With the SVD $X=U\Sigma V^\top$: $w=V\Sigma U^\top y$",
        r"With the SVD $X=U\Sigma V^\top$: $w=V^\top\Sigma^{-1}Uy$",
        r"With QR factorisation $X=QR$: $w=R^{-1}Q^\top y$, then normalise $w$.",
        r"With QR factorisation $X=RQ$: $w=R^{-1}Q^\top y$",
        'With QR factorisation $X=QR$: $w=R^{-1}Q y$',
        r"With QR factorisation $X^\top=QR$: $w=R^{-1}Q^\top y$",
        r"With QR factorisation $X=QR$ and $R=2I$: $w=R^{-1}Q^\top y$",
        r"$w=(\sum_i x_i x_i^\top)^{-1} X y$",
        r"$w=\sum_i x_i y_i/(x_i^\top x_i)$",
        r"$w=\left(\sum_i x_i x_i^\top\right)^{-1}\sum_{i=2}^m y_i x_i$",
    ]),
    ("ls_ridge#answer", [], [
        r"$w=\sum_{i=1}^{k}\frac{\sigma_i}{\sigma_i^2+\lambda}(u_i^\top y)v_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\frac{\sigma_i}{\sigma_i^2+\lambda^2}(u_i^\top y)v_i$ with the SVD $X=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\frac{\sigma_i}{\sigma_i^2+\lambda}(u_i^\top y)v_i$ with the SVD $X=2\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\frac{\sigma_i}{\sigma_i^2+\lambda}(u_i^\top y)v_i$ with the SVD $X^\top=\sum_i\sigma_iu_iv_i^\top$",
        r"$w=\sum_i\frac{\sigma_i}{\sigma_i^2+\lambda}(u_i^\top y)v_i$ with the SVD $X=\sum_i\sigma_i^2u_iv_i^\top$",
    ]),
    ("proj_psd#answer", [], [
        r"$X=Q\max(\Lambda,0)Q$ where $S=Q\Lambda Q^\top$",
        r"$X=Q|\Lambda|Q^\top$ where $S=Q\Lambda Q^\top$",
        r"$X=Q\max(-\Lambda,0)Q^\top$ where $S=Q\Lambda Q^\top$",
        r"$X=\tfrac12(S+|S|)$ with $|S|=U\operatorname{diag}(\lambda)U^\top$ for $S=U\operatorname{diag}(\lambda)U^\top$",
        r"$X=\tfrac12(S+|S|)$ with $|S|=\det S$",
    ]),
    ("cnt_ring_volume#answer", [], [
        r"Per worker: $\frac{(n-1)p}{n}$. In total $\frac{2(n-1)p}{n}$.",
        r"**Per round:** $p/n$. **Per worker:** $\frac{(n-1)p}{n}$ numbers.",
        r"**Per worker:** half of $\frac{2(n-1)p}{n}$ numbers.",
        r"Per worker: not $\frac{2(n-1)p}{n}$.",
    ]),
    ("cnt_param_server#answer", [], [
        '**$2n$ messages of size $p$** ($n$ up, $2n$ down)',
        '**$2n$ messages of size $p$** (times $2$)',
        '**$n$ messages of size $p$** and $n$ more',
        '**$2n$ messages of size $p/n$** ($n$ up, $n$ down)',
    ]),
    ("lmo_ksparse#answer", [], [
        'x_i = 1 for the k+1 indices with the smallest costs c_i, and x_i = 0 for all other indices',
        'x_i = 1 for the n indices with the smallest costs c_i, and x_i = 0 for all other indices',
        'x_i = 1 for one of the k indices with the smallest costs c_i, and x_i = 0 for all other indices',
        'x_i = 1 for the k indices with the second smallest costs c_i, 0 otherwise',
        'x_i = 1 for the k indices without the smallest costs c_i, and x_i = 0 for all other indices',
        'x_i = 1 for the k indices with the smallest differences c_i, 0 otherwise',
        'x_i = 1 for the k indices with the smallest costs c_i, and x_i = 1 for all other indices',
    ]),
    ("grad_logistic#answer", [], [
        r"$X^\top(\sigma(Xw)-\tfrac12(\mathbf 1_n+y))$ where $\sigma(t)=\frac{1}{1+e^{-2t}}$",
        r"$X^\top(\sigma(Xw)-\tfrac12(\mathbf 1+2y))$",
    ]),
    ("gd_noise_closed_form#answer", [], [
        r"Let $v=x^2+s^2$. $E[w_{T}]=\frac{xy}{v}(1-(1-2\eta v)^{T+1})$.",
        r"$E[w_T]=\frac{xy}{v}(1-(1-2\eta v)^T)$ with $v=x^2$",
        r"$E=\frac{xy}{v}$ with $v = x^2+s^2$",
    ]),
    ("gd_best_rate#answer", [], [
        r"The best factor is $\frac{\kappa-1}{\kappa+1}$ with $\kappa=\lambda_{\min}(H)/\lambda_{\max}(H)$, attained for the step size "
        r"$2/(\lambda_{\max}+\lambda_{\min})$.",
        r"The best factor, reached at the step $1-\frac{2}{\kappa+1}$, is $\frac{2}{\kappa+1}$ with $\kappa=\lambda_{\max}(H)/\lambda_{\min}(H)$.",
    ]),
]
