# Reference values for responder contrasts, base R only.
# Run: Rscript responders.R   (R 4.2.2). Nothing is read; data are written out below.
options(digits = 10)

# 1. Score interval of a ratio, with the restricted maximum found numerically (no closed form).
score_ratio <- function(theta, x1, n1, x2, n2) {
  loglik <- function(p2) dbinom(x1, n1, theta * p2, log = TRUE) + dbinom(x2, n2, p2, log = TRUE)
  p2 <- optimize(loglik, c(1e-12, min(1, 1 / theta) - 1e-12), maximum = TRUE, tol = 1e-14)$maximum
  p1 <- theta * p2
  (x1 / n1 - theta * x2 / n2) / sqrt(p1 * (1 - p1) / n1 + theta^2 * p2 * (1 - p2) / n2)
}
limits <- function(x1, n1, x2, n2, z = qnorm(0.975)) {
  root <- function(target) exp(uniroot(function(l) score_ratio(exp(l), x1, n1, x2, n2) - target,
                                       c(-12, 12), tol = 1e-12)$root)
  c(if (x1 == 0) 0 else root(z), if (x2 == 0) Inf else root(-z))
}
for (case in list(c(36, 40, 16, 80), c(56, 70, 48, 80), c(0, 10, 5, 20), c(9, 10, 3, 10),
                  c(10, 10, 0, 20), c(10, 10, 15, 20)))
  cat("ratio", case, limits(case[1], case[2], case[3], case[4]), "\n")

# 2. Standardisation: every estimating equation stacked, sandwich by numerical derivatives.
d <- data.frame(i = 1:60)
d$arm <- d$i %% 2
d$age <- 30 + (d$i * 7) %% 41
d$site <- c("a", "b", "c")[1 + (d$i * 5) %% 3]
d$y <- as.numeric(((d$i * 13) %% 10) + 2 * d$arm + (d$age > 50) > 6)
d$class <- ifelse(d$arm == 1, paste0("k", d$i %/% 8), paste0("single", d$i))
X <- model.matrix(~ arm + age + site, d)
X1 <- X0 <- X; X1[, "arm"] <- 1; X0[, "arm"] <- 0
beta <- coef(glm(y ~ arm + age + site, binomial, d, control = list(epsilon = 1e-14, maxit = 100)))
psi <- function(theta) {
  b <- theta[1:5]
  cbind(X * as.numeric(d$y - plogis(X %*% b)),
        as.numeric(plogis(X1 %*% b)) - theta[6], as.numeric(plogis(X0 %*% b)) - theta[7])
}
theta <- c(beta, mean(plogis(X1 %*% beta)), mean(plogis(X0 %*% beta)))
jacobian <- sapply(seq_along(theta), function(k) {
  h <- 1e-5 * max(1, abs(theta[k])); step <- replace(numeric(7), k, h)
  colMeans(psi(theta + step) - psi(theta - step)) / (2 * h)
})
bread <- solve(-jacobian)
sandwich <- function(P, scale = 1) (scale * bread %*% crossprod(P) %*% t(bread) / nrow(d)^2)[6:7, 6:7]
show <- function(name, V) {
  p <- theta[6:7]; g <- c(1, -1)
  cat(name, "risks", p, "difference", p[1] - p[2], "se", sqrt(g %*% V %*% g),
      "log ratio se", sqrt((g / p) %*% V %*% (g / p)), "\n")
}
show("independent", sandwich(psi(theta)))
summed <- rowsum(psi(theta), d$class)
G <- nrow(summed)
cat("clusters", G, "\n")
show("clustered", sandwich(summed, G / (G - 1)))
