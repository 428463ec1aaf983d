enum TemplatePlaceholder {}
