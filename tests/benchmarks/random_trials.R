# R mmrm's default fit on each random trial: its deviance and what its own derivatives say of where it
# stopped. Usage: Rscript random_trials.R TRIALS.csv OUT.csv
suppressMessages(library(mmrm))
files <- commandArgs(TRUE)
trials <- read.csv(files[1], stringsAsFactors = TRUE)
# How far the deviance would fall by one Newton step, and the smallest eigenvalues of its second
# derivatives (scaled to a unit diagonal) and of the correlation matrix.
where <- function(fit) {
  theta <- component(fit, "theta_est")
  g <- as.vector(fit$tmb_object$gr(theta)); H <- fit$tmb_object$he(theta)
  R <- cov2cor(component(fit, "varcor"))
  size <- sqrt(abs(diag(H)))
  data.frame(fall = tryCatch(sum(g * solve(H, g)), error = function(e) NA),
    curvature = min(eigen(H / outer(size, size), TRUE, TRUE)$values), eigenvalue = min(eigen(R, TRUE, TRUE)$values))
}
one <- function(d) {
  d <- droplevels(d); d$subject <- factor(d$subject)
  fit <- tryCatch(suppressWarnings(mmrm(y ~ baseline + arm * visit + us(visit | subject), d,
    method = "Satterthwaite")), error = function(e) NULL)
  stop <- if (is.null(fit)) data.frame(fall = NA, curvature = NA, eigenvalue = NA) else where(fit)
  cbind(data.frame(seed = d$seed[1], deviance = if (is.null(fit)) NA else deviance(fit),
             converged = if (is.null(fit)) FALSE else isTRUE(attr(fit, "converged"))), signif(stop, 3))
}
out <- do.call(rbind, lapply(split(trials, trials$seed), one))
write.csv(format(out, digits = 15), files[2], row.names = FALSE, quote = FALSE)
