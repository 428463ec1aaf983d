enum CloudLambdaPlaceholder {}
