enum LambdaEventsPlaceholder {}
