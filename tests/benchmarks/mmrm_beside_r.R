# Seconds of R mmrm and emmeans on the trials mmrm_beside_r.py wrote. Usage: Rscript mmrm_beside_r.R FOLDER
suppressMessages({library(mmrm); library(emmeans)})
folder <- commandArgs(TRUE)[1]
cases <- list("1000x10" = y ~ base + sex + arm * visit + us(visit | subject),
              "1000x10_time_varying" = y ~ base + sex + x + arm * visit + us(visit | subject),
              "200x4" = y ~ base + sex + arm * visit + us(visit | subject))
once <- function(name) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")), stringsAsFactors = TRUE); d$subject <- factor(d$subject)
  time <- function() system.time(suppressMessages({
    fit <- mmrm(cases[[name]], d, method = "Kenward-Roger", vcov = "Kenward-Roger-Linear")
    means <- emmeans(fit, ~ arm | visit); summary(means); summary(pairs(means, reverse = TRUE)) }))[["elapsed"]]
  if (name == "200x4") { time(); median(replicate(7, time())) } else time()
}
write.csv(data.frame(case = names(cases), r = vapply(names(cases), once, 0)), file.path(folder, "r_seconds.csv"), row.names = FALSE)
