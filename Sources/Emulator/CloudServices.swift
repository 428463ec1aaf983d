import CloudCore
import CloudDynamoDB
import CloudEvents
import CloudGateway
import CloudLambda
import CloudLogs
import CloudRekognition
import CloudS3
import CloudSQS
import CloudScheduler
import NIOPosix

/// The services of one cloud, wired to one another: the only place where they meet.
final class CloudServices: Sendable {
    let s3: S3Service
    let dynamoDB: DynamoDBService
    let sqs: SQSService
    let logs: LogsService
    let rekognition: RekognitionService
    let lambda: LambdaService
    let events: EventsService
    let scheduler: SchedulerService
    let gateway: Gateway
    /// Checks signatures, at the edge and on routes that only take signed requests.
    let signatures: EdgeAuthorization
    /// What functions send along with every call of an AWS service: by it they are told from callers outside.
    let functionToken: String
    let guards: RouteGuards
    let targets: TargetRouter
    let log: ActivityLog

    init(
        configuration: CloudConfiguration, store: Store, edgeURL: String, eventLoops: MultiThreadedEventLoopGroup,
        log: ActivityLog
    ) throws {
        let (clock, identity, identifiers) = (configuration.clock, configuration.identity, configuration.identifiers)
        self.log = log
        s3 = try S3Service(store: store, clock: clock, identity: identity, identifiers: identifiers.branch("s3"))
        dynamoDB = try DynamoDBService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("dynamodb"))
        sqs = try SQSService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("sqs"), baseURL: edgeURL)
        functionToken = "function-" + identifiers.hex(bytes: 16)
        logs = try LogsService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("logs"),
            functionLogLimit: configuration.functionLogLimit
        ) { [log] in log.note($0) }
        rekognition = try configuration.rekognition(objects: BucketPictures(buckets: s3))
        var settings = LambdaSettings()
        settings.environment = ["AWS_ENDPOINT_URL": edgeURL, "AWS_SAM_LOCAL": "true"]
        settings.credentials = FunctionCredentials(
            accessKeyID: configuration.credentials.accessKeyID,
            secretAccessKey: configuration.credentials.secretAccessKey, sessionToken: functionToken)
        settings.observer = InvocationObservers([InvocationLog(log: log)] + (configuration.observer.map { [$0] } ?? []))
        settings.hostedProgram = configuration.hostedProgram
        settings.streamRate = configuration.streamRate
        lambda = try LambdaService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("lambda"),
            eventLoopGroup: eventLoops, logs: FunctionLog(log: log, intake: logs.intake),
            messages: sqs, settings: settings)
        events = try EventsService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("events"))
        scheduler = try SchedulerService(
            store: store, clock: clock, identity: identity, identifiers: identifiers.branch("scheduler"))
        targets = TargetRouter(functions: lambda, queues: sqs, events: events)
        let credentials = configuration.credentials
        signatures = EdgeAuthorization(
            configuration.verifiesSignatures
                ? .verified(secrets: [credentials.accessKeyID: credentials.secretAccessKey]) : .anyone,
            clock: clock)
        guards = RouteGuards(
            invoker: lambda, signatures: signatures, identity: identity, clock: clock,
            directory: configuration.templateDirectory)
        gateway = Gateway(
            apis: [], invoker: lambda, identity: identity, clock: clock, identifiers: identifiers
        ) { [log] exchange in
            log.gatewayRequest(
                method: exchange.method, path: exchange.path, status: exchange.status,
                function: exchange.function.flatMap { $0.split(separator: ":").last.map(String.init) },
                duration: exchange.duration, requestID: exchange.requestID, reason: exchange.reason)
        }
    }

    /// What the edge serves.
    var all: [any CloudService] { [s3, dynamoDB, sqs, logs, rekognition, lambda, events, scheduler] }

    func stop() async {
        await scheduler.stop()
        await events.stop()
        await lambda.shutdown()
        await rekognition.stop()
        s3.stop()
        sqs.stop()
        // What functions logged until their end is stored too.
        await logs.stop()
    }
}

/// Tells several of each call.
private struct InvocationObservers: InvocationObserver {
    let observers: [any InvocationObserver]

    init(_ observers: [any InvocationObserver]) { self.observers = observers }

    func invocationEnded(_ invocation: CompletedInvocation) {
        for observer in observers { observer.invocationEnded(invocation) }
    }
}

/// Events that functions got without anybody waiting for the answer, in the cloud's log.
private struct InvocationLog: InvocationObserver {
    let log: ActivityLog

    func invocationEnded(_ invocation: CompletedInvocation) {
        guard let attempt = invocation.attempt else { return }
        log.event(
            source: invocation.source, function: invocation.function, failure: invocation.failure, attempt: attempt,
            duration: invocation.duration, requestID: invocation.requestID)
    }
}
