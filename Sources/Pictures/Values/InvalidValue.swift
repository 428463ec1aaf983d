/// A value that a person gave and that the service does not take, with the reason as a sentence.
public struct InvalidValue: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the value was meant to be.
    public enum Subject: String, Sendable, CaseIterable {
        case key, username, password, firstName, lastName, email, birthday, phone, fileName, cursor, upload
    }

    /// What the value was meant to be.
    public var subject: Subject
    /// What is wrong with it, as a whole sentence without the value itself.
    public var reason: String

    /// A refusal of one value.
    public init(_ subject: Subject, _ reason: String) {
        self.subject = subject
        self.reason = reason
    }

    /// A short name for programs: `InvalidKey`, `InvalidEmail`, …
    public var code: String { "Invalid" + subject.rawValue.prefix(1).uppercased() + subject.rawValue.dropFirst() }

    /// The reason.
    public var description: String { reason }
}
