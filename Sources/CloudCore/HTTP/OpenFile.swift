import Foundation
import NIOCore

/// A file that is open for reading, closed when the last user lets go of it.
///
/// Being open, it stays readable after its name is removed or given to another file: an answer in flight is never mixed
/// from two contents.
public final class OpenFile: Sendable {
    /// The descriptor; valid while this object lives.
    public let descriptor: CInt
    /// What the file's owner needs to know to be in use; let go of once the file is closed.
    private let claim: (any AnyObject & Sendable)?

    /// Opens a file.
    ///
    /// - Parameter claim: kept until the file is closed, so that its owner can tell when nobody reads it any more.
    /// - Throws: `IOError` with the system's error number.
    public init(path: String, claim: (any AnyObject & Sendable)? = nil) throws {
        self.claim = claim
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
    }

    deinit { close(descriptor) }

    /// The length of the file in bytes.
    public func length() throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw IOError(errnoCode: errno, reason: "fstat") }
        return Int(status.st_size)
    }

    /// Reads up to `count` bytes from a place; fewer at the end of the file.
    public func read(at offset: Int, count: Int) throws -> [UInt8] {
        var got = 0
        var failure: CInt = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while got < count {
                let step = pread(descriptor, buffer.baseAddress.map { $0 + got }, count - got, off_t(offset + got))
                if step < 0, errno == EINTR { continue }
                if step < 0 { failure = errno }
                if step <= 0 { break }
                got += step
            }
            initialized = got
        }
        if failure != 0 { throw IOError(errnoCode: failure, reason: "pread") }
        return bytes
    }
}
