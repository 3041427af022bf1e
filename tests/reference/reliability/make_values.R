# Reference values of reliability and minimal important change. Needs psych and pROC.
# attitude is a data set of base R; the ratings are those of Shrout and Fleiss 1979, table 2;
# example.rda is the example of the MIC package (iriseekhout/MIC, MIT licence).
library(psych)
print(alpha(attitude), digits = 12)
ratings <- matrix(c(9,2,5,8, 6,1,3,2, 8,4,6,8, 7,1,2,6, 10,5,6,9, 6,2,4,7), ncol = 4, byrow = TRUE)
print(ICC(ratings, lmer = FALSE)$results, digits = 10)
load("example.rda")
x <- rowSums(example[, 11:20]) - rowSums(example[, 1:10])
print(table(x, example$trat))
fit <- coef(glm(example$trat ~ x, family = binomial))
cat((qlogis(mean(example$trat)) - fit[1]) / fit[2], cor(x, example$trat), sd(x), "\n")
library(pROC)
print(coords(roc(example$trat, x), x = "best", input = "threshold", best.method = "youden"))
