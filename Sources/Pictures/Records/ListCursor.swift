/// The place in a listing behind which the next page begins. Clients see a signed text and send it back.
public struct ListCursor: Sendable, Hashable {
    /// The last picture that was given.
    public var key: PictureKey
    /// When that picture was uploaded.
    public var uploadedAt: Timestamp

    /// The place behind a picture.
    public init(key: PictureKey, uploadedAt: Timestamp) {
        self.key = key
        self.uploadedAt = uploadedAt
    }

    /// The cursor as text, bound to the listing and to whose it is.
    public func token(for listing: Listing, of owner: UserID, signedWith keys: SigningKeys) -> String {
        keys.sign("\(listing.fingerprint(for: owner)):\(uploadedAt.milliseconds):\(key.text)", for: .cursor)
    }

    /// Reads a cursor.
    ///
    /// - Throws: ``InvalidValue`` where it is not this service's, or belongs to another listing.
    public init(
        token: String, for listing: Listing, of owner: UserID, keys: SigningKeys
    ) throws(InvalidValue) {
        guard let payload = try? keys.open(token, for: .cursor) else {
            throw InvalidValue(.cursor, "The cursor is not one that this service gave out.")
        }
        let fields = payload.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3, let milliseconds = Int64(fields[1]), let key = try? PictureKey(fields[2]) else {
            throw InvalidValue(.cursor, "The cursor is not one that this service gave out.")
        }
        guard fields[0] == listing.fingerprint(for: owner) else {
            throw InvalidValue(.cursor, "The cursor belongs to a listing with another order or other filters.")
        }
        self.init(key: key, uploadedAt: Timestamp(milliseconds: milliseconds))
    }
}
