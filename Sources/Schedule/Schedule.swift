enum SchedulePlaceholder {}
