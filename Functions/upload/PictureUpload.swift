import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// One upload, from bytes to a row that points to an object.
///
/// The new object is stored first, then the row is changed in one step, then the old object goes. So a row always points
/// to an object that is whole, whatever fails in between and whoever uploads to the same key at the same moment; what can
/// be left over is an object that no row points to, which nobody ever sees and the sweeper takes away.
struct PictureUpload: Sendable {
    var service: PictureService
    var owner: UserID
    var key: PictureKey
    var fileName: FileName?
    var condition: UploadCondition
    var context: Context

    /// Time that is kept for the answer and for clearing away.
    private static let margin = Duration.seconds(3)
    /// How often others may change the row in between before the upload gives up.
    private static let roundLimit = 20

    /// What became of an upload.
    struct Outcome: Sendable {
        var record: PictureRecord
        var replaced: PictureRecord?
        var duplicate: Duplicate?

        /// 201 where the key was free, 200 where another picture gave way.
        var response: Response {
            var object = record.document
            object["replaced"] = .bool(replaced != nil)
            if let duplicate { object["duplicateOf"] = .string(duplicate.original.text) }
            var response = Response.document(.object(object), status: replaced == nil ? 201 : 200)
            response["Location"] = record.key.path
            response["ETag"] = record.tag.description
            return response
        }
    }

    /// Stores bytes that are at hand.
    ///
    /// - Throws: `ImageError`, `HTTPError`, or what the store threw.
    func store(_ bytes: [UInt8]) async throws -> Outcome {
        let header = try ImageHeader(of: bytes, limits: service.settings.limits)
        let object = ObjectName(in: .pictures, owner: owner, random: service.random)
        return try await store(object, header, byteCount: bytes.count, digest: ContentDigest(of: bytes)) {
            try await service.bucket.put(
                bytes, as: object, of: key, header.type, context.calls(leaving: Self.margin))
        }
    }

    /// Makes a picture of an object that `fill` brings into being, if it is not there already.
    func store(
        _ object: ObjectName, _ header: ImageHeader, byteCount: Int, digest: ContentDigest,
        fill: @Sendable () async throws -> Void = {}
    ) async throws -> Outcome {
        let options = context.calls(leaving: Self.margin)
        var current: PictureRecord?
        let holders: [(key: PictureKey, uploadedAt: Timestamp)]
        do {
            async let present = service.pictures.record(owner, key, options)
            async let same = service.pictures.holders(of: digest, owner, options)
            async let filled: Void = fill()
            current = try await present
            try condition.check(current)
            holders = try await same
            try await filled
        } catch {
            // No row has ever named the object.
            await service.bucket.discard(object, context)
            throw error
        }
        let record = PictureRecord(
            owner: owner, key: key, object: object, fileName: fileName, header: header, byteCount: byteCount,
            digest: digest, uploadedAt: service.now())
        let replaced = try await settle(record, over: current, options)
        if let replaced { await service.bucket.discard(replaced.object, context) }
        context.logger.info(
            "stored", ["object": .string(object.text), "bytes": .init(byteCount), "replaced": .bool(replaced != nil)])
        return Outcome(record: record, replaced: replaced, duplicate: Duplicate(of: key, among: holders))
    }

    /// Points the row to the new object.
    ///
    /// - Returns: what the row said before.
    private func settle(
        _ record: PictureRecord, over current: PictureRecord?, _ options: CallOptions
    ) async throws -> PictureRecord? {
        var current = current
        do {
            for _ in 1...Self.roundLimit {
                try condition.check(current)
                if try await service.pictures.put(record, over: current?.object, options) { return current }
                let present = try await service.pictures.record(owner, key, options)
                // Our own earlier attempt, whose answer was lost, went through.
                if present?.object == record.object { return current }
                current = present
            }
        } catch let error as TransportError where error.mayHaveBeenExecuted {
            return try await recover(record, current, error)
        } catch let error as AWSError where error.status >= 500 {
            return try await recover(record, current, error)
        } catch {
            await service.bucket.discard(record.object, context)
            throw error
        }
        await service.bucket.discard(record.object, context)
        throw HTTPError(409, "Contended", "Too many uploads to this key at once. Try again.")
    }

    /// Nobody knows whether the row was changed. Reading it may tell that it was. That it was not, no reading can tell:
    /// the write may still be on its way. The object then stays, for the sweeper, as a row may come to point to it.
    private func recover(
        _ record: PictureRecord, _ current: PictureRecord?, _ error: any Error
    ) async throws -> PictureRecord? {
        guard let present = try? await service.pictures.record(owner, key, context.calls(leaving: .seconds(1))),
            present.object == record.object
        else {
            context.logger.warn("an upload's row is in doubt", ["object": .string(record.object.text)])
            throw error
        }
        return current
    }
}
