import Digests

/// A promise that bytes sent straight to the bucket will be taken as a picture. All of it is in the signed text that
/// the client holds: an upload that is never completed leaves nothing behind but an object that expires.
public struct UploadTicket: Sendable, Hashable {
    /// The key to store under.
    public var key: PictureKey
    /// Where the client sends the bytes.
    public var object: ObjectName
    /// How many bytes the client said it will send.
    public var byteCount: Int
    /// What the file is called.
    public var fileName: FileName?
    /// When the ticket ends, in seconds since 1970.
    public var expires: Int64

    /// A ticket.
    public init(key: PictureKey, object: ObjectName, byteCount: Int, fileName: FileName?, expires: Int64) {
        self.key = key
        self.object = object
        self.byteCount = byteCount
        self.fileName = fileName
        self.expires = expires
    }

    /// The ticket as text: the upload's identifier.
    public func token(signedWith keys: SigningKeys) -> String {
        let name = Base64.encode(Array((fileName?.text ?? "").utf8), .url)
        return keys.sign("\(object.text):\(byteCount):\(expires):\(name):\(key.text)", for: .upload)
    }

    /// Reads a ticket of a person's.
    ///
    /// - Throws: ``TokenFault``; a ticket of somebody else's counts as forged.
    public init(token: String, of owner: UserID, keys: SigningKeys, now: Timestamp) throws(TokenFault) {
        let payload = try keys.open(token, for: .upload)
        let fields = payload.split(separator: ":", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 5, let object = ObjectName(fields[0]), object.area == .uploads,
            let byteCount = Int(fields[1]), let expires = Int64(fields[2]), let name = Base64.decode(fields[3]),
            let key = try? PictureKey(fields[4])
        else { throw .malformed }
        guard object.owner == owner else { throw .forged }
        guard now.seconds < expires else { throw .expired }
        self.init(
            key: key, object: object, byteCount: byteCount, fileName: FileName(String(decoding: name, as: UTF8.self)),
            expires: expires)
    }
}
