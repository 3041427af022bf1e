# Reference values for ordered categories: MASS::polr, base R and numerical derivatives.
# Run: Rscript ordinal.R   (R 4.2.2, MASS 7.3-58.2, numDeriv 2016.8-1.1). Nothing is read.
suppressMessages({library(MASS); library(numDeriv)})
options(digits = 10)

# 1. A small made-up trial: five categories, 1 best; two arms, a numeric covariate, three sites.
i <- 1:120
d <- data.frame(arm = i %% 2, age = 30 + (i * 7) %% 41, site = c("a", "b", "c")[1 + (i * 5) %% 3])
u <- ((i * 37) %% 101) / 101 + 0.004 * (d$age - 50) - 0.18 * d$arm + 0.1 * (d$site == "b")
d$y <- cut(u, c(-Inf, 0.1, 0.3, 0.55, 0.8, Inf), labels = FALSE)
print(table(d$arm, d$y))

fit <- polr(factor(y, ordered = TRUE) ~ arm + age + site, data = d, Hess = TRUE,
            control = list(reltol = 1e-15, maxit = 1000))
# polr's own Hessian is a finite difference that is off by 1e-4; this one is Richardson's.
M <- model.matrix(~ arm + age + site, d)[, -1]
log_likelihood <- function(par) {
  eta <- outer(-drop(M %*% par[1:4]), par[5:8], "+")
  cells <- cbind(plogis(eta), 1) - cbind(0, plogis(eta))
  sum(log(cells[cbind(1:120, d$y)]))
}
se <- sqrt(diag(solve(-hessian(log_likelihood, c(coef(fit), fit$zeta)))))[1:4]
cat("polr coefficients", coef(fit), "\n  SE", se, "\n  thresholds", fit$zeta,
    "\n  -2 log L", fit$deviance, "\n")

# 2. Score test of proportional odds: score and expected information of the model with a slope for
#    each cut, by numerical derivatives of its cell probabilities at the common slopes.
score_test <- function(X, y, zeta, beta, free) {
  K <- length(zeta) + 1; p <- ncol(X)
  unfold <- function(par) {            # alpha (K-1), common slopes, then free slopes of cuts 2..K-1
    slopes <- matrix(rep(par[K:(K + p - 1)], each = K - 1), K - 1)
    extra <- par[-(1:(K + p - 1))]
    if (length(extra)) slopes[-1, free] <- slopes[-1, free] + matrix(extra, K - 2)
    list(alpha = par[1:(K - 1)], slopes = slopes)
  }
  cells <- function(par, x) {
    m <- unfold(par); diff(c(0, plogis(m$alpha + m$slopes %*% x), 1))
  }
  par <- c(zeta, beta, rep(0, (K - 2) * length(free)))
  U <- numeric(length(par)); I <- matrix(0, length(par), length(par))
  for (r in seq_len(nrow(X))) {
    here <- function(q) cells(q, X[r, ])
    J <- jacobian(here, par); prob <- here(par)
    U <- U + J[y[r], ] / prob[y[r]]
    I <- I + t(J) %*% (J / prob)
  }
  c(U %*% solve(I, U), (K - 2) * length(free))
}
X <- model.matrix(~ arm + age + site, d)[, -1]; X[, "age"] <- (X[, "age"] - 50) / 10
beta <- -coef(fit) * c(1, 10, 1, 1); zeta <- fit$zeta - 50 * coef(fit)["age"]
cat("score test, all terms", score_test(X, d$y, zeta, beta, 1:4), "\n")
cat("score test, arm", score_test(X, d$y, zeta, beta, 1), "\n")

# 3. van Elteren's test by site, rank sums weighted by 1/(N + 1); one stratum is Wilcoxon's test.
top <- bottom <- 0
for (s in split(d, d$site)) {
  r <- rank(-s$y); n <- length(r); a <- s$arm == 1
  top <- top + (sum(r[a]) - sum(a) * (n + 1) / 2) / (n + 1)
  bottom <- bottom + sum(a) * sum(!a) / n * var(r) / (n + 1)^2
}
cat("van Elteren z, p", top / sqrt(bottom), 2 * pnorm(-abs(top / sqrt(bottom))), "\n")
w <- wilcox.test(y ~ arm, data = d, exact = FALSE, correct = FALSE)
cat("Wilcoxon p, superiority", w$p.value, w$statistic / (60 * 60), "\n")
