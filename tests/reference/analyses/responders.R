# Reference values for responder contrasts: base R, and clubSandwich at the end.
# Run: Rscript responders.R   (R 4.2.2). Nothing is read; data are written out below.
options(digits = 10)

# Standardisation: every estimating equation stacked, sandwich by numerical derivatives.
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
p <- theta[6:7]
sandwich <- function(P) (bread %*% crossprod(P) %*% t(bread) / nrow(d)^2)[6:7, 6:7]
slopes <- list(difference = c(1, 1), log_ratio = 1 / p, log_odds = 1 / (p * (1 - p)))
cat("risks", p, "difference", p[1] - p[2], "ratio", p[1] / p[2], "odds ratio", p[1] / (1 - p[1]) / (p[2] / (1 - p[2])), "\n")
V <- sandwich(psi(theta))
for (name in names(slopes)) { g <- slopes[[name]] * c(1, -1); cat("independent", name, "se", sqrt(g %*% V %*% g), "\n") }
# Clusters: sums within clusters over sqrt(1 - m / n) in each arm; degrees of freedom from the
# covariance of those sums where subjects are independent, written out as matrices.
P <- psi(theta)
part <- lapply(c(1, 0), function(a) {
  rows <- d$arm == a; n <- sum(rows)
  C <- 1 * outer(unique(d$class[rows]), d$class[rows], "==")
  keep <- 1 - rowSums(C) / n
  M <- diag(1 / sqrt(keep)) %*% C %*% (diag(n) - 1 / n) %*% t(C) %*% diag(1 / sqrt(keep))
  list(V = sandwich(diag(1 / sqrt(keep)) %*% C %*% P[rows, ]), df = sum(diag(M))^2 / sum(M^2), n = nrow(C))
})
cat("clusters", part[[1]]$n, part[[2]]$n, "df", part[[1]]$df, part[[2]]$df, "\n")
for (name in names(slopes)) {
  g <- slopes[[name]] * c(1, -1)
  v <- sapply(part, function(each) g %*% each$V %*% g)
  cat("clustered", name, "se", sqrt(sum(v)), "df", sum(v)^2 / sum(v^2 / sapply(part, `[[`, "df")), "\n")
}
# Without covariates: CR2 with Satterthwaite's degrees of freedom of each arm by clubSandwich, put
# together by Welch's formula.
library(clubSandwich)
cat("clubSandwich", format(packageVersion("clubSandwich")), "\n")
each <- sapply(c(1, 0), function(a) {
  rows <- d[d$arm == a, ]
  fit <- lm(y ~ 1, rows)
  found <- coef_test(fit, vcov = "CR2", cluster = rows$class, test = "Satterthwaite")
  c(mean(rows$y), found$SE^2, found$df)
})
cat("no covariates: risks", each[1, ], "difference", each[1, 1] - each[1, 2], "se", sqrt(sum(each[2, ])),
    "df", sum(each[2, ])^2 / sum(each[2, ]^2 / each[3, ]), "\n")
