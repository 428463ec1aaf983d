enum CloudCorePlaceholder {}
