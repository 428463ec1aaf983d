import AWSSigning
import Digests

/// Turns a streamed body into `aws-chunked` with signed chunks and a signed trailer that holds its CRC-32.
///
/// No more than one chunk is held. The framing's length is known beforehand, so that the request can state it.
struct ChunkedUpload {
    /// Bytes in a chunk; S3 wants at least 8 KiB in all but the last.
    static let chunkSize = 64 * 1024

    private static let signatureLength = 64
    /// Base64 of four bytes.
    private static let checksumLength = 8

    /// The length of the body with its framing.
    static func encodedLength(of length: Int) -> Int {
        let full = length / chunkSize
        let rest = length % chunkSize
        var total = full * framed(chunkSize)
        if rest > 0 { total += framed(rest) }
        // The last, empty chunk has its line, and the trailer follows at once.
        total += String(0, radix: 16).utf8.count + ";chunk-signature=".utf8.count + signatureLength + 2
        total += "x-amz-checksum-crc32:".utf8.count + checksumLength + 2
        total += "x-amz-trailer-signature:".utf8.count + signatureLength + 2
        return total + 2
    }

    private static func framed(_ size: Int) -> Int {
        String(size, radix: 16).utf8.count + ";chunk-signature=".utf8.count + signatureLength + 2 + size + 2
    }

    /// Reads the source to its end and hands the framed pieces to the queue.
    static func pump(_ upload: StreamedUpload, signer: ChunkSigner, into queue: UploadQueue) async {
        do {
            let isWhole = try await send(upload, signer: signer, into: queue)
            queue.finish(failed: !isWhole)
        } catch {
            queue.finish(failed: true)
        }
    }

    private static func send(
        _ upload: StreamedUpload, signer: ChunkSigner, into queue: UploadQueue
    ) async throws -> Bool {
        var signer = signer
        var checksum = CyclicRedundancyCheck.crc32
        var pending: [UInt8] = []
        pending.reserveCapacity(chunkSize)
        var total = 0
        let next = try await upload.open()
        while let piece = try await next() {
            total += piece.count
            guard total <= upload.length else { return false }
            checksum.update(piece)
            var rest = piece[...]
            while !rest.isEmpty {
                let taken = rest.prefix(chunkSize - pending.count)
                pending.append(contentsOf: taken)
                rest = rest.dropFirst(taken.count)
                if pending.count == chunkSize {
                    guard await queue.offer(frame(pending, signer: &signer)) else { return false }
                    pending.removeAll(keepingCapacity: true)
                }
            }
        }
        guard total == upload.length else { return false }
        if !pending.isEmpty {
            guard await queue.offer(frame(pending, signer: &signer)) else { return false }
        }
        let value = Base64.encode(checksum.bytes)
        var end = Array("0;chunk-signature=\(signer.sign(chunk: []))\r\n".utf8)
        end += "x-amz-checksum-crc32:\(value)\r\n".utf8
        end += "x-amz-trailer-signature:\(signer.sign(trailer: [("x-amz-checksum-crc32", value)]))\r\n\r\n".utf8
        return await queue.offer(end)
    }

    private static func frame(_ chunk: [UInt8], signer: inout ChunkSigner) -> [UInt8] {
        let line = "\(String(chunk.count, radix: 16));chunk-signature=\(signer.sign(chunk: chunk))\r\n"
        var framed: [UInt8] = []
        framed.reserveCapacity(line.utf8.count + chunk.count + 2)
        framed += line.utf8
        framed += chunk
        framed += "\r\n".utf8
        return framed
    }
}
