/// How far the recognition of a picture has come.
public enum RecognitionState: Sendable, Hashable {
    case queued
    case running
    case done
    case failed(reason: String)

    /// The names of the states, as rows and requests write them.
    public enum Name: String, Sendable, CaseIterable {
        case queued, running, done, failed
    }

    /// The state's name.
    public var name: Name {
        switch self {
        case .queued: .queued
        case .running: .running
        case .done: .done
        case .failed: .failed
        }
    }

    /// Why recognition failed.
    public var reason: String? {
        if case .failed(let reason) = self { reason } else { nil }
    }

    /// A state by its name, with a reason where it is ``failed(reason:)``.
    public init(_ name: Name, reason: String?) {
        self =
            switch name {
            case .queued: .queued
            case .running: .running
            case .done: .done
            case .failed: .failed(reason: reason ?? "unknown")
            }
    }
}
