# Deviance of R mmrm's default fit on each random trial. Usage: Rscript random_trials.R TRIALS.csv OUT.csv
suppressMessages(library(mmrm))
files <- commandArgs(TRUE)
trials <- read.csv(files[1], stringsAsFactors = TRUE)
one <- function(d) {
  d <- droplevels(d); d$subject <- factor(d$subject)
  fit <- tryCatch(suppressWarnings(mmrm(y ~ baseline + arm * visit + us(visit | subject), d,
    method = "Satterthwaite")), error = function(e) NULL)
  data.frame(seed = d$seed[1], deviance = if (is.null(fit)) NA else deviance(fit),
             converged = if (is.null(fit)) FALSE else isTRUE(attr(fit, "converged")))
}
out <- do.call(rbind, lapply(split(trials, trials$seed), one))
write.csv(format(out, digits = 15), files[2], row.names = FALSE, quote = FALSE)
