/// The same bytes kept under another key of the same person. They are stored all the same; the person is told.
public struct Duplicate: Sendable, Hashable {
    /// The key that had the bytes first.
    public let original: PictureKey

    /// The duplicate that an upload under `key` makes; nil where nobody but itself has the bytes.
    ///
    /// - Parameter holders: The keys that hold the same bytes, with the time of their upload.
    public init?(of key: PictureKey, among holders: some Sequence<(key: PictureKey, uploadedAt: Timestamp)>) {
        let others = holders.filter { $0.key != key }
        guard let first = others.min(by: { ($0.uploadedAt, $0.key) < ($1.uploadedAt, $1.key) }) else { return nil }
        original = first.key
    }
}
