enum DigestsPlaceholder {}
