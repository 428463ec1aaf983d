import AWSClient
import LambdaRuntime
import Pictures

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What every function of the service works with: settings, tables, the bucket, the time and chance.
public struct PictureService: Sendable {
    /// What the environment says.
    public let settings: ServiceSettings
    let pictures: PictureTable
    let accounts: AccountTable
    let profiles: ProfileTable
    let attempts: AttemptTable
    let store: SettingsTable
    let statistics: StatisticsTable
    let bucket: PictureBucket
    let recognition: PictureRecognition
    let queue: RecognitionQueue
    let now: @Sendable () -> Timestamp
    let random: RandomSource

    /// A service on a cloud.
    ///
    /// - Parameters:
    ///   - aws: where the tables and the bucket are.
    ///   - now: the time; the system's unless given.
    ///   - random: where identifiers come from; the system's generator unless given.
    public init(
        settings: ServiceSettings, aws: AWSClient, now: (@Sendable () -> Timestamp)? = nil,
        random: RandomSource = .system
    ) {
        self.settings = settings
        let database = DynamoDBClient(aws)
        pictures = PictureTable(database: database, name: settings.tables.pictures)
        accounts = AccountTable(database: database, tables: settings.tables)
        profiles = ProfileTable(database: database, name: settings.tables.userInfo)
        attempts = AttemptTable(database: database, name: settings.tables.loginAttempts)
        store = SettingsTable(database: database, name: settings.tables.settings)
        statistics = StatisticsTable(database: database, name: settings.tables.statistics)
        bucket = PictureBucket(s3: S3Client(aws), name: settings.bucket)
        recognition = PictureRecognition(client: RekognitionClient(aws), bucket: settings.bucket)
        queue = RecognitionQueue(
            sqs: SQSClient(aws), url: settings.recognitionQueueURL, attempts: settings.recognitionAttempts)
        self.now = now ?? { Timestamp(milliseconds: wallClockMilliseconds()) }
        self.random = random
    }

    /// A service as the environment describes it.
    ///
    /// - Throws: what is missing or wrong, as a sentence.
    public init(environment: Environment) throws {
        self.init(
            settings: try ServiceSettings(environment: environment),
            aws: AWSClient(
                configuration: try AWSConfiguration(environment: Self.awsVariables(environment)),
                transport: TransportOptions(stallTimeout: .seconds(10))))
    }

    /// The variables that say where AWS is, of the services that these functions use.
    private static func awsVariables(_ environment: Environment) -> [String: String] {
        let names = [
            "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
            "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_DYNAMODB",
            "AWS_ENDPOINT_URL_REKOGNITION", "AWS_ENDPOINT_URL_SQS", "AWS_CA_BUNDLE",
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        ]
        var variables: [String: String] = [:]
        for name in names { variables[name] = environment[name] }
        return variables
    }
}

private func wallClockMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}

extension Context {
    /// Options for calls that must leave so much of the invocation's time for what comes behind them: an answer at the
    /// least, often also the clearing away of what a failure left. Of little time, half is left.
    func calls(leaving margin: Duration = .milliseconds(500)) -> CallOptions {
        let margin = min(margin, remainingTime / 2).components
        let milliseconds = margin.seconds * 1_000 + margin.attoseconds / 1_000_000_000_000_000
        return CallOptions(deadline: .init(millisecondsSinceEpoch: deadline.millisecondsSinceEpoch - milliseconds))
    }
}
