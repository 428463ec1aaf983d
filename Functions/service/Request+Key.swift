import LambdaEvents
import Pictures

extension Request {
    /// The picture's key from the path.
    ///
    /// - Throws: `InvalidValue` where it is none.
    func pictureKey() throws -> PictureKey {
        // The router takes a slash at the end for nothing; a key that ends with one is not the key without it.
        let isOpen = rawPath.utf8.last == UInt8(ascii: "/")
        return try PictureKey(try path("key") + (isOpen ? "/" : ""))
    }
}
