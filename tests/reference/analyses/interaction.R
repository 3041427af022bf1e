# Interaction of the treatment effect with sex, race and baseline in R mmrm 0.3.18 and emmeans; R 4.2.2.
# OUTCOMES_TRIAL_DATA=folder Rscript interaction.R > interaction.json
suppressMessages({library(mmrm); library(emmeans); library(jsonlite)})
fev <- read.csv(file.path(Sys.getenv("OUTCOMES_TRIAL_DATA"), "fev_mmrm.csv"), stringsAsFactors = TRUE)
control <- mmrm_control(method = "Kenward-Roger", vcov = "Kenward-Roger-Linear", accept_singular = FALSE,
                        optimizer = c("nlminb", "L-BFGS-B", "BFGS"))
out <- list()
for (modifier in c("SEX", "RACE", "FEV1_BL")) {
  text <- sprintf("FEV1 ~ FEV1_BL * AVISIT + ARMCD * AVISIT * %s + us(AVISIT | USUBJID)", modifier)
  fit <- mmrm(as.formula(text), data = fev, control = control)
  numeric <- is.numeric(fev[[modifier]])
  levels <- if (numeric) c(0, 1) else levels(fev[[modifier]])
  at <- c(list(AVISIT = "VIS4"), setNames(list(levels), modifier))
  means <- emmeans(fit, as.formula(paste("~ ARMCD |", modifier)), at = at)
  effects <- contrast(means, "revpairwise")
  L <- effects@linfct
  test <- df_md(fit, L[-1, , drop = FALSE] - L[-nrow(L), , drop = FALSE])
  table <- as.data.frame(summary(effects, infer = TRUE))
  out[[modifier]] <- list(level = as.character(table[[modifier]]), estimate = table$estimate, std_error = table$SE, df = table$df,
                          num_df = test$num_df, denom_df = test$denom_df, statistic = test$f_stat, p_value = test$p_val)
}
cat(toJSON(out, digits = 10, auto_unbox = TRUE, pretty = TRUE))
