# Processor seconds of psych's scorers on 1,000,000 records of 24 items. Usage: Rscript scoring_beside_r.R
suppressMessages(library(psych))
set.seed(1)
answers <- as.data.frame(matrix(sample(0:1, 24e6, TRUE), 1e6))
names(answers) <- paste0("rmdq_", 1:24)
keys <- list(total = names(answers))
used <- function(scorer) {
  once <- function() { gc(FALSE); sum(system.time(scorer(keys, answers, totals = TRUE))[c("user.self", "sys.self")]) }
  once(); median(replicate(5, once()))
}
cat("scoreVeryFast", used(scoreVeryFast), "\nscoreFast", used(scoreFast), "\n")
