import AWSClient
import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Backs the accounts up, by schedule and on request, and restores them.
enum BackupFunction {
    static func routes(_ settings: BackupSettings) -> [Route] {
        [
            .admin(Operations.list) { service, request, session, context in
                try await list(service, settings, context)
            },
            .admin(Operations.take) { service, request, session, context in
                try await take(service, settings, context)
            },
            .admin(Operations.restore) { service, request, session, context in
                try await restore(request, service, context)
            },
        ]
    }

    /// The function: an admin's requests, the schedule's events, and calls by hand, for which whoever may invoke the
    /// function needs no account: `{}` as the schedule does, `{"backup": true}`,
    /// `{"restore": "20260131T080000Z", "confirm": "restore backup 20260131T080000Z"}`.
    static func router(_ service: PictureService, _ settings: BackupSettings) -> Router {
        var router = Router(routes(settings), service: service)
        router.on(ScheduledEvent.self) { event, context in
            let event: JSONValue = event.time.isEmpty ? [:] : ["time": .string(event.time)]
            return try await scheduled(event, service, settings, context)
        }
        router.onBare(as: JSONValue.self) { event, context in
            if let name = event["restore"]?.string {
                return try await restored(name, event["confirm"]?.string, service, context, within: .seconds(840))
                    .document
            }
            if event["backup"] == true { return try await taken(service, settings, context).document }
            return try await scheduled(event, service, settings, context)
        }
        return router
    }

    /// The names of the operations and what the OpenAPI document says of them.
    enum Operations {
        static let list = Operation(
            method: "GET", path: "/admin/backups", name: "listBackups",
            summary: "Lists the backups of the accounts, the schedule, and how far a restore is.", access: .admin,
            answers: [.json(200, "The backups, the newest first.", Operation.schema("Backups"))])
        static let take = Operation(
            method: "POST", path: "/admin/backups", name: "takeBackup",
            summary: "Takes a backup of the accounts; the oldest beyond those that are kept then goes.", access: .admin,
            answers: [
                .json(201, "The backup is whole.", Operation.schema("Backup")),
                .json(202, "The backup is being made.", Operation.schema("Backup")),
            ], errors: [409])
        static let restore = Operation(
            method: "POST", path: "/admin/backups/{name}/restore", name: "restoreBackup",
            summary: "Brings back the accounts of a backup after a typed confirmation. All their sessions end. What "
                + "takes longer than a request goes on by itself, and at once where the request is sent again.",
            access: .admin,
            bodies: [.init(mediaType: "application/json", schema: Operation.schema("RestoreBackup"))],
            answers: [
                .json(200, "The accounts are back.", Operation.schema("Restore")),
                .json(202, "The restore is under way.", Operation.schema("Restore")),
            ], errors: [400, 404, 409])
    }

    /// Time that a request has: HTTP APIs give up after 30 seconds.
    private static let requestLimit = Duration.seconds(20)

    /// `GET /admin/backups`
    private static func list(
        _ service: PictureService, _ settings: BackupSettings, _ context: Context
    ) async throws -> Response {
        let settings = try await current(settings, service, context)
        let sets = try await AccountBackups(service: service, settings: settings, context: context).sets()
        let restore = try await RestoreState.current(service.store, context.calls())
        return .document([
            "backups": .array(sets.map(\.document)), "schedule": settings.document,
            "restore": restore?.document ?? .null,
        ])
    }

    /// `POST /admin/backups`
    private static func take(
        _ service: PictureService, _ settings: BackupSettings, _ context: Context
    ) async throws -> Response {
        let set = try await taken(service, settings, context)
        return .document(set.document, status: set.isWhole ? 201 : 202)
    }

    /// `POST /admin/backups/{name}/restore`
    private static func restore(
        _ request: Request, _ service: PictureService, _ context: Context
    ) async throws -> Response {
        let fields = try RequestFields(request, allowed: ["confirm"])
        let state = try await restored(
            try request.path("name"), try fields.optionalString("confirm"), service, context, within: requestLimit)
        return .document(state.document, status: state.phase == .done ? 200 : 202)
    }

    /// Takes a backup because somebody asks for one.
    private static func taken(
        _ service: PictureService, _ settings: BackupSettings, _ context: Context
    ) async throws -> BackupSet {
        if let restore = try await RestoreState.current(service.store, context.calls()), restore.isUnderWay {
            throw HTTPError.restoreUnderWay(restore)
        }
        let backups = AccountBackups(
            service: service, settings: try await current(settings, service, context), context: context)
        do {
            let set = try await backups.take(BackupSet.name(at: service.now()), within: requestLimit)
            if set.isWhole { _ = try await backups.prune(after: set.name, protecting: nil) }
            context.logger.info("backed up", ["backup": .string(set.name), "whole": .bool(set.isWhole)])
            return set
        } catch AWSError.Code.backupInUse {
            throw HTTPError(409, "BackupInProgress", "Another backup is being taken. Try again in a moment.")
        }
    }

    /// Begins a restore, or goes on with the one that is under way.
    private static func restored(
        _ name: String, _ confirmation: String?, _ service: PictureService, _ context: Context, within limit: Duration
    ) async throws -> RestoreState {
        guard BackupSet.isName(name) else { throw HTTPError.unknownBackup }
        guard confirmation == "restore backup \(name)" else {
            throw HTTPError(
                400, "ConfirmationRequired",
                "To restore the accounts, send 'confirm' with the text 'restore backup \(name)'.")
        }
        let restore = AccountRestore(service: service, context: context)
        return try await restore.drive(try await restore.begin(name), within: limit)
    }

    /// What the schedule's event does: goes on with a restore, or takes a backup where one is due.
    private static func scheduled(
        _ event: JSONValue, _ service: PictureService, _ settings: BackupSettings, _ context: Context
    ) async throws -> JSONValue {
        let now = try event.eventTime() ?? service.now()
        let settings = try await current(settings, service, context)
        var report: JSONObject = ["time": .string(now.description), "schedule": settings.document]
        if let restore = try await RestoreState.current(service.store, context.calls()), restore.isUnderWay {
            let state = try await AccountRestore(service: service, context: context)
                .drive(restore, within: max(.zero, context.remainingTime - .seconds(10)))
            report["restore"] = state.document
            guard !state.isUnderWay else { return told(report, "a restore is under way", context) }
        }
        let backups = AccountBackups(service: service, settings: settings, context: context)
        guard settings.isEnabled else { return told(report, "the schedule is switched off", context) }
        var name: String?
        do {
            if try await backups.isDue(at: now) {
                let limit = max(.zero, context.remainingTime - .seconds(10))
                let set = try await backups.take(BackupSet.name(at: now), within: limit)
                report["taken"] = set.document
                name = set.name
                guard set.isWhole else { return told(report, "the backup is being made", context) }
            }
        } catch AWSError.Code.backupInUse {
            return told(report, "another backup is being taken", context)
        }
        // Also without a new one: a function that was cut off may have left some.
        let deleted = try await backups.prune(after: name, protecting: nil)
        report["deleted"] = .array(deleted.map { .string($0.arn) })
        report["backups"] = .array(try await backups.sets().map(\.document))
        return told(report, name == nil ? "no backup is due" : "a backup was due", context)
    }

    private static func told(_ report: JSONObject, _ reason: String, _ context: Context) -> JSONValue {
        var report = report
        report["reason"] = .string(reason)
        context.logger.info("backup", report)
        return .object(report)
    }

    private static func current(
        _ settings: BackupSettings, _ service: PictureService, _ context: Context
    ) async throws -> BackupSettings {
        let row = try await service.store.row(BackupSettings.subject, context.calls())
        return settings.changed(by: row) { context.logger.warn($0) }
    }
}

extension HTTPError {
    static var unknownBackup: HTTPError { HTTPError(404, "UnknownBackup", "There is no whole backup of this name.") }

    static func restoreUnderWay(_ restore: RestoreState) -> HTTPError {
        HTTPError(409, "RestoreInProgress", "The backup \(restore.backup) is being restored.")
    }
}
