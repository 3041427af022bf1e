# Reference values of reliability and minimal important change. Needs psych and pROC.
# attitude is a data set of base R; the ratings are those of Shrout and Fleiss 1979, table 2;
# the readings are those of Hanley and McNeil 1982, table I.
library(psych)
print(alpha(attitude), digits = 12)
ratings <- matrix(c(9,2,5,8, 6,1,3,2, 8,4,6,8, 7,1,2,6, 10,5,6,9, 6,2,4,7), ncol = 4, byrow = TRUE)
print(ICC(ratings, lmer = FALSE)$results, digits = 10)
x <- c(rep(1:5, c(33, 6, 6, 11, 2)), rep(1:5, c(3, 2, 2, 11, 33)))
y <- rep(0:1, c(58, 51))
fit <- coef(glm(y ~ x, family = binomial, control = glm.control(epsilon = 1e-14)))
print(c((qlogis(mean(y)) - fit[[1]]) / fit[[2]], cor(x, y), sd(x)), digits = 12)
library(pROC)
print(auc(roc(y, x)))
print(coords(roc(y, x), x = "best", input = "threshold", best.method = "youden"), digits = 8)
