import JSONValue
import LambdaEvents
import LambdaRuntime
import Pictures

/// Mends what crashes left between rows and objects, every three minutes, and says what it found.
enum SweeperFunction {
    /// The function: it takes a schedule's event, or `{}` by hand.
    static func router(_ service: PictureService, _ settings: SweepSettings) -> Router {
        var router = Router()
        router.on(ScheduledEvent.self) { event, context in
            try await run(event.time.isEmpty ? [:] : ["time": .string(event.time)], service, settings, context)
        }
        router.onBare(as: JSONValue.self) { event, context in try await run(event, service, settings, context) }
        return router
    }

    private static func run(
        _ event: JSONValue, _ service: PictureService, _ settings: SweepSettings, _ context: Context
    ) async throws -> JSONValue {
        let given = try event.eventTime()
        let subject = try await service.store.row(SweepSettings.subject, context.calls())
        let settings = settings.changed(by: subject) { context.logger.warn($0) }
        let time = try await SweepTime.now(given, service, context)
        let report = try await Sweep(service: service, settings: settings, time: time, context: context).report()
        context.logger.info("swept", report.object ?? [:])
        return report
    }
}
