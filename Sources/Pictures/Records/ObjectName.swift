/// What a picture's bytes are called in the bucket: drawn at random for each upload, never derived from a key or a file
/// name, and never written twice. An object therefore never changes, and a copy of it never goes stale.
public struct ObjectName: Sendable, Hashable, CustomStringConvertible {
    /// The two parts of the bucket.
    public enum Area: String, Sendable, CaseIterable {
        /// Pictures that a row points to.
        case pictures
        /// What clients have sent by a presigned URL and the service has not yet looked at.
        case uploads
    }

    /// The part of the bucket.
    public let area: Area
    /// Whose picture it is.
    public let owner: UserID
    /// The whole name: `<area>/<owner>/<32 digits>`.
    public let text: String

    /// Draws a new name.
    public init(in area: Area, owner: UserID, random: RandomSource) {
        self.init(area, owner, random.identifier())
    }

    /// A name that was drawn earlier; nil for a text of another form.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let area = Area(rawValue: parts[0]), let owner = UserID(parts[1]),
            isIdentifier(parts[2])
        else { return nil }
        self.init(area, owner, parts[2])
    }

    private init(_ area: Area, _ owner: UserID, _ identifier: String) {
        self.area = area
        self.owner = owner
        text = "\(area.rawValue)/\(owner.text)/\(identifier)"
    }

    /// The whole name.
    public var description: String { text }
}
