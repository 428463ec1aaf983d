import AWSClient
import LambdaEvents
import LambdaRuntime
import Pictures

/// Recognises the uploads that messages of the queue tell of.
///
/// Messages come more than once, late and in any order. What decides is the picture's row: it names the object that is
/// the picture now, and how far recognition has come.
struct UploadRecognition: Sendable {
    var service: PictureService
    var context: Context

    /// Messages that are handled at the same time: recognition is mostly waiting.
    private static let concurrency = 4
    /// Time that an attempt needs: with less, the message goes back to the queue.
    private static let leastTime = Duration.seconds(5)
    /// Seconds of silence after which a claim counts as lost: the longest that an invocation may take, and some.
    static let claimSeconds: Int64 = 60

    /// Handles a batch.
    ///
    /// - Returns: the messages that are to come again.
    func handle(_ event: SQSEvent) async -> SQSBatchResponse {
        let messages = event.records
        var failed: Set<Int> = []
        await withTaskGroup(of: (Int, Bool).self) { group in
            var next = 0
            func start() {
                guard next < messages.count else { return }
                let index = next
                next += 1
                group.addTask { (index, await isHandled(messages[index])) }
            }
            for _ in 0..<Self.concurrency { start() }
            for await (index, isHandled) in group {
                if !isHandled { failed.insert(index) }
                start()
            }
        }
        var response = SQSBatchResponse()
        for index in failed.sorted() { response.fail(messages[index]) }
        return response
    }

    private func isHandled(_ message: SQSEvent.Message) async -> Bool {
        let attempt = message.approximateReceiveCount ?? 1
        do {
            for notice in try UploadNotice.read(message.body) {
                try await recognize(notice, isLastAttempt: service.queue.isLastAttempt(message))
            }
            return true
        } catch let error as UploadNotice.Unreadable {
            context.logger.error("\(error)", ["message": .string(message.messageId)])
            await service.queue.putOff(message, for: .zero, context)
        } catch let postponed as Postponed {
            context.logger.info(
                "put off: \(postponed.reason)", ["message": .string(message.messageId), "attempt": .init(attempt)])
            await service.queue.putOff(
                message, for: postponed.delay ?? RecognitionQueue.delay(afterAttempt: attempt), context)
        } catch {
            context.logger.error("an upload was not recognised: \(error)", ["message": .string(message.messageId)])
            await service.queue.putOff(message, for: RecognitionQueue.delay(afterAttempt: attempt), context)
        }
        return false
    }

    /// A message that cannot be handled yet.
    private struct Postponed: Error {
        var reason: String
        /// How long to wait; nil for longer and longer.
        var delay: Duration?
    }

    /// Recognises one upload, if it is still a picture.
    ///
    /// - Throws: ``Postponed`` and what the store threw: the message is to come again.
    private func recognize(_ notice: UploadNotice, isLastAttempt: Bool) async throws {
        guard context.remainingTime > Self.leastTime else {
            throw Postponed(reason: "the invocation has no time left", delay: .zero)
        }
        guard notice.bucket == service.settings.bucket, let object = ObjectName(notice.key), object.area == .pictures
        else { return context.logger.warn("no picture's object", ["object": .string(notice.key)]) }
        guard let record = try await record(of: object, isLastAttempt: isLastAttempt) else { return }
        let mark = service.random.identifier()
        let now = service.now()
        switch try await service.pictures.claim(
            object, at: record.key, mark: mark, now: now, stale: now.adding(seconds: -Self.claimSeconds),
            context.calls())
        {
        case .done: return log("recognised already", object)
        case .replaced: return log("replaced or deleted before it was recognised", object)
        case .busy: throw Postponed(reason: "it is being recognised", delay: .seconds(30))
        case .claimed:
            try await recognize(record, version: notice.version, mark: mark, isLastAttempt: isLastAttempt)
        }
    }

    /// Recognises a picture that was claimed.
    private func recognize(
        _ record: PictureRecord, version: String?, mark: String, isLastAttempt: Bool
    ) async throws {
        let object = record.object
        do {
            let findings = try await service.recognition.look(
                at: object, version: version, for: Set(RecognitionFindings.Kind.allCases),
                context.calls(leaving: .seconds(2)))
            guard
                try await service.pictures.finish(
                    object, at: record.key, mark: mark, findings, now: service.now(), context.calls())
            else { return try await thrownAway(record) }
            log("recognised", object)
        } catch {
            guard let failure = RecognitionFailure(error, record) else { throw error }
            context.logger.warn("a picture was not recognised: \(error)", ["object": .string(object.text)])
            let outcome: RecognitionState =
                switch failure {
                case .picture(let reason), .unavailable(let reason): .failed(reason: reason)
                case .passing(let reason) where isLastAttempt:
                    .failed(reason: "\(reason) It was tried \(service.queue.attempts) times.")
                case .passing: .queued
                }
            let isOurs = try await service.pictures.giveUp(
                object, at: record.key, mark: mark, outcome, context.calls())
            guard isOurs else { return try await thrownAway(record) }
            if case .passing(let reason) = failure { throw Postponed(reason: reason) }
        }
    }

    /// What to do with a message whose result found no place: nothing where the picture has gone, else to see whether
    /// whoever took over brings it to an end.
    private func thrownAway(_ record: PictureRecord) async throws {
        let present = try await service.pictures.record(record.owner, record.key, context.calls())
        guard let present, present.object == record.object, present.recognition != .done else {
            return log(
                "a result was thrown away: the picture was replaced, deleted or recognised meanwhile", record.object)
        }
        throw Postponed(reason: "somebody else took it over", delay: .seconds(30))
    }

    /// The row that points to an object; nil where none does nor will.
    ///
    /// The object is stored before the row points to it, and the message may be faster than the row: so there is a wait,
    /// short ones in this invocation, longer ones by way of the queue.
    private func record(of object: ObjectName, isLastAttempt: Bool) async throws -> PictureRecord? {
        guard let description = try await service.bucket.description(of: object, context.calls()) else {
            log("deleted before it was recognised", object)
            return nil
        }
        guard let key = description.key else {
            log("the object does not say whose bytes it has", object)
            return nil
        }
        for wait in [20, 50, 100, 200, 400, 800, 0] {
            let record = try await service.pictures.record(object.owner, key, context.calls())
            if let record, record.object == object { return record }
            if wait > 0 { try await Task.sleep(for: .milliseconds(wait)) }
        }
        guard try await service.bucket.description(of: object, context.calls()) != nil else {
            log("replaced or deleted before it was recognised", object)
            return nil
        }
        guard isLastAttempt else { throw Postponed(reason: "no row points to the object yet") }
        // An upload that broke off: the sweeper takes the object away.
        log("no row came to point to the object", object)
        return nil
    }

    private func log(_ what: String, _ object: ObjectName) {
        context.logger.info(what, ["object": .string(object.text)])
    }
}
