import Synchronization

/// A request body that is produced while it is sent: a file, or another answer.
public struct StreamedUpload: Sendable {
    /// Gives the next piece, nil at the end.
    public typealias Reader = @Sendable () async throws -> [UInt8]?

    /// How many bytes the pieces have in all.
    public var length: Int
    /// Whether `open` may be called again, so that a failed call can be tried again.
    public var isReplayable: Bool
    let open: @Sendable () async throws -> Reader

    /// A body of pieces.
    ///
    /// - Parameters:
    ///   - length: bytes in all; S3 wants to know before the first.
    ///   - isReplayable: whether `open` can start over.
    ///   - open: starts from the first byte.
    public init(length: Int, isReplayable: Bool, open: @escaping @Sendable () async throws -> Reader) {
        self.length = length
        self.isReplayable = isReplayable
        self.open = open
    }

    /// A body that another sequence brings, once.
    public init<Pieces: AsyncSequence & Sendable>(length: Int, _ pieces: Pieces) where Pieces.Element == [UInt8] {
        self.init(length: length, isReplayable: false) {
            let iterator = IteratorBox(pieces.makeAsyncIterator())
            return { try await iterator.next() }
        }
    }
}

/// `@unchecked Sendable`: the one task that sends the body asks for one piece after the other, never two at a time.
private final class IteratorBox<Iterator: AsyncIteratorProtocol>: @unchecked Sendable
where Iterator.Element == [UInt8] {
    private var iterator: Iterator

    init(_ iterator: Iterator) { self.iterator = iterator }

    func next() async throws -> [UInt8]? { try await iterator.next() }
}
