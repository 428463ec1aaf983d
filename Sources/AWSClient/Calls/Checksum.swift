import Digests

/// A checksum that S3 sent along with an object.
struct ChecksumExpectation: Sendable {
    enum Algorithm: String, Sendable, CaseIterable {
        case crc32, crc32c, crc64nvme, sha1, sha256
    }

    var algorithm: Algorithm
    /// As in the header, in base64.
    var value: String

    /// The checksum of the whole body, if the answer carries one.
    ///
    /// A part of an object has none of its own, and those that are composed of the parts' (`…-3`) are not checksums of
    /// the bytes.
    init?(_ head: HTTPHead) {
        guard head.status == 200, head.headers["x-amz-checksum-type"] != "COMPOSITE" else { return nil }
        for algorithm in Algorithm.allCases {
            if let value = head.headers["x-amz-checksum-\(algorithm.rawValue)"], !value.contains("-") {
                self.init(algorithm: algorithm, value: value)
                return
            }
        }
        return nil
    }

    init(algorithm: Algorithm, value: String) {
        self.algorithm = algorithm
        self.value = value
    }

    func start() -> RunningChecksum { RunningChecksum(self) }

    /// - Throws: ``TransportError`` of kind ``TransportError/Kind/corrupted``.
    func check(_ body: [UInt8]) throws {
        var running = start()
        running.update(body)
        try running.check()
    }
}

/// A checksum over what has come so far.
struct RunningChecksum {
    private enum State {
        case cyclic(CyclicRedundancyCheck)
        case digest(Digest)
    }

    private let expectation: ChecksumExpectation
    private var state: State

    init(_ expectation: ChecksumExpectation) {
        self.expectation = expectation
        state =
            switch expectation.algorithm {
            case .crc32: .cyclic(.crc32)
            case .crc32c: .cyclic(.crc32c)
            case .crc64nvme: .cyclic(.crc64nvme)
            case .sha1: .digest(Digest(.sha1))
            case .sha256: .digest(Digest(.sha256))
            }
    }

    mutating func update(_ bytes: [UInt8]) {
        switch state {
        case .cyclic(var check):
            check.update(bytes)
            state = .cyclic(check)
        case .digest(let digest): digest.update(bytes)
        }
    }

    func check() throws {
        let bytes =
            switch state {
            case .cyclic(let check): check.bytes
            case .digest(let digest): digest.finalize()
            }
        let actual = Base64.encode(bytes)
        guard actual == expectation.value else {
            throw TransportError(
                kind: .corrupted,
                message: "what came has the \(expectation.algorithm) checksum \(actual), not \(expectation.value)",
                mayHaveBeenExecuted: true)
        }
    }
}

extension CyclicRedundancyCheck {
    /// The CRC-32 of bytes, in base64: the value of `x-amz-checksum-crc32`.
    static func crc32Text(of bytes: [UInt8]) -> String {
        var check = CyclicRedundancyCheck.crc32
        check.update(bytes)
        return Base64.encode(check.bytes)
    }
}
