import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

extension UploadFunction {
    /// Seconds for which an address to send bytes to holds.
    static let lifetime: Int64 = 3_600

    /// `POST /pictures/uploads`
    @Sendable static func beginUpload(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let fields = try RequestFields(request, allowed: ["key", "bytes", "fileName"])
        let key = try PictureKey(fields.string("key"))
        let byteCount = try fields.int("bytes")
        guard byteCount >= 0 else { throw HTTPError(400, "InvalidField", "The field 'bytes' is negative.") }
        try service.settings.limits.check(byteCount: byteCount)
        let ticket = UploadTicket(
            key: key, object: ObjectName(in: .uploads, owner: session.userID, random: service.random),
            byteCount: byteCount, fileName: try fields.optionalString("fileName").flatMap { FileName($0) },
            expires: service.now().seconds + lifetime)
        let id = ticket.token(signedWith: service.settings.signingKeys)
        let url = try service.bucket.addressToPut(ticket.object, lifetime: .seconds(lifetime))
        var response = Response.document(
            [
                "id": .string(id), "method": "PUT", "url": .string(url),
                "expires": .string(Timestamp(seconds: ticket.expires).description),
                "complete": .string("/pictures/uploads/\(id)/complete"),
            ], status: 201)
        response["Location"] = "/pictures/uploads/\(id)/complete"
        return response
    }

    /// `POST /pictures/uploads/{id}/complete`
    ///
    /// The address that the client has can still be written to. So the bytes are first copied to where nobody else
    /// writes, and only the copy is looked at and kept.
    @Sendable static func completeUpload(
        _ service: PictureService, _ request: Request, _ session: Session, _ context: Context
    ) async throws -> Response {
        let ticket = try ticket(try request.path("id"), service, session)
        let upload = PictureUpload(
            service: service, owner: session.userID, key: ticket.key, fileName: ticket.fileName,
            condition: try UploadCondition(request), context: context)
        let options = context.calls(leaving: .seconds(3))
        guard let sent = try await service.bucket.description(of: ticket.object, options) else { throw nothingSent }
        let object = ObjectName(in: .pictures, owner: session.userID, random: service.random)
        let header: ImageHeader
        let bytes: [UInt8]
        do {
            try service.settings.limits.check(byteCount: sent.byteCount)
            try checkLength(sent.byteCount, ticket)
            try await service.bucket.copy(
                ticket.object, to: object, of: ticket.key, contentType: sent.contentType, options)
            let limit = service.settings.limits.byteCount
            guard let copy = try await service.bucket.get(object, limit: limit, options) else { throw nothingSent }
            try checkLength(copy.count, ticket)
            header = try ImageHeader(of: copy, limits: service.settings.limits)
            bytes = copy
        } catch {
            await service.bucket.discard(object, context)
            // What is no picture now will not be one later.
            if error is ImageError { await service.bucket.discard(ticket.object, context) }
            throw error
        }
        let outcome = try await upload.store(
            object, header, byteCount: bytes.count, digest: ContentDigest(of: bytes))
        await service.bucket.discard(ticket.object, context)
        return outcome.response
    }

    private static func ticket(_ id: String, _ service: PictureService, _ session: Session) throws -> UploadTicket {
        do {
            return try UploadTicket(
                token: id, of: session.userID, keys: service.settings.signingKeys, now: service.now())
        } catch TokenFault.expired {
            throw HTTPError(410, "UploadExpired", "The time for this upload is over. Begin it anew.")
        } catch {
            throw HTTPError(404, "UnknownUpload", "There is no such upload.")
        }
    }

    private static func checkLength(_ count: Int, _ ticket: UploadTicket) throws {
        guard count == ticket.byteCount else {
            throw HTTPError(
                409, "IncompleteUpload", "The upload was begun for \(ticket.byteCount) bytes; \(count) have been sent.")
        }
    }

    private static var nothingSent: HTTPError {
        HTTPError(404, "NothingUploaded", "Nothing has been sent for this upload, or it is complete already.")
    }
}
