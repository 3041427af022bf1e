# Reference values for two proportions, base R only: no closed form is used, restricted maxima are
# found numerically and exact probabilities by listing all tables. Run: Rscript proportions.R (R 4.2.2).
options(digits = 10, width = 150)

first <- list(
  difference = function(v, p2) p2 + v,
  ratio = function(v, p2) v * p2,
  odds_ratio = function(v, p2) v * p2 / (1 + p2 * (v - 1)))
range2 <- list(
  difference = function(v) c(max(0, -v), min(1, 1 - v)),
  ratio = function(v) c(0, min(1, 1 / v)),
  odds_ratio = function(v) c(0, 1))
# The score itself of the likelihood along the contrast, over its standard error: for each contrast
# the statistic of the article, with the restricted maximum from optimize().
statistic <- function(kind, v, x1, n1, x2, n2, corrected) {
  loglik <- function(p2) dbinom(x1, n1, first[[kind]](v, p2), log = TRUE) + dbinom(x2, n2, p2, log = TRUE)
  r <- range2[[kind]](v); e <- 1e-13 * (r[2] - r[1])
  q2 <- optimize(loglik, c(r[1] + e, r[2] - e), maximum = TRUE, tol = 1e-14)$maximum
  # optimize() ends at about 1e-8: polish on the derivative where it changes sign.
  h <- 1e-6 * (r[2] - r[1])
  slope <- function(p) { d <- 1e-7 * min(p - r[1], r[2] - p); (loglik(p + d) - loglik(p - d)) / (2 * d) }
  lo <- max(r[1] + 1e-12, q2 - h); hi <- min(r[2] - 1e-12, q2 + h)
  if (is.finite(slope(lo)) && is.finite(slope(hi)) && slope(lo) > 0 && slope(hi) < 0)
    q2 <- uniroot(slope, c(lo, hi), tol = 1e-14)$root
  q1 <- first[[kind]](v, q2)
  k <- if (corrected) (n1 + n2) / (n1 + n2 - 1) else 1
  switch(kind,
    difference = (x1 / n1 - x2 / n2 - v) / sqrt(k * (q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2)),
    ratio = (x1 / n1 - v * x2 / n2) / sqrt(k * (q1 * (1 - q1) / n1 + v^2 * q2 * (1 - q2) / n2)),
    odds_ratio = n1 * (x1 / n1 - q1) * sqrt((1 / (n1 * q1 * (1 - q1)) + 1 / (n2 * q2 * (1 - q2))) / k))
}
limits <- function(kind, counts, corrected, z = qnorm(0.975)) {
  f <- function(s) do.call(statistic, c(list(kind, if (kind == "difference") s else exp(s)), as.list(counts), corrected))
  x1 <- counts[1]; n1 <- counts[2]; x2 <- counts[3]; n2 <- counts[4]; odds <- kind == "odds_ratio"
  ends <- if (kind == "difference") c(-1, 1) + c(1e-9, -1e-9) else c(-12, 12)
  root <- function(target) uniroot(function(s) f(s) - target, ends, tol = 1e-13)$root
  if (kind == "difference")
    return(c(if (x1 == 0 && x2 == n2) -1 else root(z), if (x1 == n1 && x2 == 0) 1 else root(-z)))
  c(if (x1 == 0 || (odds && x2 == n2)) 0 else exp(root(z)), if (x2 == 0 || (odds && x1 == n1)) Inf else exp(root(-z)))
}
cases <- list(c(56, 70, 48, 80), c(45, 100, 30, 100), c(52, 120, 31, 118), c(38, 100, 30, 100),
              c(0, 10, 5, 20), c(9, 10, 3, 10), c(10, 10, 0, 20), c(0, 10, 0, 20), c(10, 10, 15, 20))
for (kind in names(first)) for (corrected in c(FALSE, TRUE)) for (case in cases)
  cat("score", kind, corrected, case, format(limits(kind, case, corrected), digits = 10), "\n")

# Farrington and Manning's test of a difference above -margin.
for (case in list(c(83, 88, 69, 76, 0.10), c(56, 70, 48, 80, 0.05), c(40, 100, 45, 100, 0.15), c(9, 10, 9, 10, 0.2))) {
  z <- do.call(statistic, c(list("difference", -case[5]), as.list(case[1:4]), FALSE))
  cat("margin", case, "z", z, "p", pnorm(z, lower.tail = FALSE), "\n")
}

# Exact tests: every table, its probability over a fine grid of the common proportion, polished.
largest <- function(region, n1, n2, f1 = identity, r = c(0, 1)) {
  prob <- function(p) sum(outer(dbinom(0:n1, n1, f1(p)), dbinom(0:n2, n2, p)) * region)
  g <- seq(r[1], r[2], length.out = 4001); v <- sapply(g, prob); b <- which.max(v)
  max(v[b], optimize(prob, c(g[max(b - 1, 1)], g[min(b + 1, 4001)]), maximum = TRUE, tol = 1e-12)$objective)
}
for (case in list(c(7, 12, 1, 10), c(6, 13, 2, 7), c(13, 13, 0, 7), c(9, 10, 3, 10), c(0, 10, 5, 20), c(18, 30, 10, 25))) {
  x1 <- case[1]; n1 <- case[2]; x2 <- case[3]; n2 <- case[4]
  fisher <- outer(0:n1, 0:n2, Vectorize(function(a, b) fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2))$p.value))
  pooled <- outer(0:n1, 0:n2, function(a, b) { p <- (a + b) / (n1 + n2)
    ifelse(p %in% c(0, 1), 0, abs(a / n1 - b / n2) / sqrt(p * (1 - p) * (1 / n1 + 1 / n2))) })
  cat("exact", case, "fisher", fisher[x1 + 1, x2 + 1],
      "barnard", largest(pooled >= pooled[x1 + 1, x2 + 1] - 1e-9, n1, n2),
      "boschloo", largest(fisher <= fisher[x1 + 1, x2 + 1] * (1 + 1e-9), n1, n2), "\n")
}

# Conditional exact interval of the odds ratio. fisher.test() stops at about 1e-4: its equations again.
for (case in list(c(7, 12, 1, 10), c(56, 70, 48, 80), c(9, 10, 3, 10))) {
  m <- case[2]; n <- case[4]; k <- case[1] + case[3]; x <- case[1]
  support <- max(0, k - n):min(k, m); logdc <- dhyper(support, m, n, k, log = TRUE)
  tail <- function(psi, keep) { d <- logdc + log(psi) * support; d <- exp(d - max(d)); sum(d[keep]) / sum(d) }
  root <- function(keep) exp(uniroot(function(s) tail(exp(s), keep) - 0.025, c(-12, 12), tol = 1e-13)$root)
  cat("odds", case, root(support >= x), root(support <= x), "fisher.test",
      fisher.test(matrix(c(x, m - x, case[3], n - case[3]), 2))$conf.int, "\n")
}

# Exact one-sided test of a margin (Chan 1998), ordered by the statistic above.
for (case in list(c(83, 88, 69, 76, 0.10), c(9, 10, 9, 10, 0.2))) {
  x1 <- case[1]; n1 <- case[2]; x2 <- case[3]; n2 <- case[4]; v <- -case[5]
  z <- outer(0:n1, 0:n2, Vectorize(function(a, b) statistic("difference", v, a, n1, b, n2, FALSE)))
  cat("chan", case, "p", largest(z >= z[x1 + 1, x2 + 1] - 1e-6, n1, n2, function(p) pmin(pmax(p + v, 0), 1), c(-v, 1)), "\n")
}
