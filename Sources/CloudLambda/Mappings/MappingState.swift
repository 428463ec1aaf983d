/// What a mapping is doing, as the API tells it.
enum MappingState: String, Sendable, CaseIterable {
    case creating = "Creating"
    case enabling = "Enabling"
    case enabled = "Enabled"
    case disabling = "Disabling"
    case disabled = "Disabled"
    case updating = "Updating"
    case deleting = "Deleting"

    /// What is told to whoever changes a mapping.
    static func answer(from old: EventSourceMapping, to new: EventSourceMapping) -> MappingState {
        switch (old.isEnabled, new.isEnabled) {
        case (false, true): .enabling
        case (true, false): .disabling
        default: .updating
        }
    }

    /// What is told to whoever looks.
    static func current(isEnabled: Bool, isDeleted: Bool, isBusy: Bool) -> MappingState {
        if isDeleted { return .deleting }
        if isEnabled { return .enabled }
        return isBusy ? .disabling : .disabled
    }
}
