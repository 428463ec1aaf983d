import CloudCore
import CloudCoreTesting
import JSONValue
import NIOCore
import Testing

@testable import CloudLambda

/// The operations on event source mappings, as clients see them.
@Suite struct MappingAPITests {
    private static let path = "/2015-03-31/event-source-mappings"
    private static let functionARN = "arn:aws:lambda:us-east-1:000000000000:function:work"

    /// A service with a function of 30 seconds and a queue of 30 seconds.
    private func with(
        fifo: Bool = false, store: Store? = nil, declaring: [EventSourceMappingDeclaration] = [],
        _ body: (LocalLambda, FakeQueue) async throws -> Void
    ) async throws {
        let clock = CloudClock(startingAt: Mapped.now, pace: .frozen)
        let queue = FakeQueue(fifo ? FakeQueue.fifo : FakeQueue.standard, clock: clock)
        let lambda = try LocalLambda(store: store ?? Store.ephemeral(), clock: clock, source: queue)
        do {
            try lambda.deploy("work", script: Scripts.echo)
            try await lambda.service.deployEventSourceMappings(declaring)
            try await body(lambda, queue)
        } catch {
            await lambda.end()
            throw error
        }
        await lambda.end()
    }

    private func create(
        _ lambda: LocalLambda, _ more: JSONObject = [:], source: String = FakeQueue.standard
    ) async -> CloudResponse {
        var input: JSONObject = ["FunctionName": "work", "EventSourceArn": .string(source)]
        for (name, value) in more { input[name] = value }
        return await lambda.request("POST", Self.path, JSONValue.object(input).text())
    }

    @Test func aMappingIsMadeAsOnAWS() async throws {
        try await with { lambda, _ in
            let answer = await create(lambda)
            #expect(answer.status == 202)
            let id = try #require(answer.json["UUID"]?.string)
            #expect(id.count == 36)
            let expected: JSONValue = [
                "UUID": .string(id), "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0,
                "EventSourceArn": .string(FakeQueue.standard), "FunctionArn": .string(Self.functionARN),
                "LastModified": 1_772_366_400, "State": "Creating", "StateTransitionReason": "USER_INITIATED",
                "FunctionResponseTypes": [],
                "EventSourceMappingArn": .string(
                    "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:" + id),
            ]
            #expect(answer.json == expected)
            let known = await lambda.request("GET", "\(Self.path)/\(id)")
            #expect(known.status == 200 && known.json["State"] == "Enabled")
        }
    }

    @Test func everythingThatIsToldIsShown() async throws {
        try await with { lambda, _ in
            let answer = await create(
                lambda,
                [
                    "FunctionName": .string(Self.functionARN), "BatchSize": 500, "MaximumBatchingWindowInSeconds": 7,
                    "Enabled": false, "ScalingConfig": ["MaximumConcurrency": 12],
                    "FunctionResponseTypes": ["ReportBatchItemFailures"],
                    "FilterCriteria": ["Filters": [["Pattern": #"{"body": ["a"]}"#]]],
                    "MetricsConfig": ["Metrics": ["EventCount"]],
                ])
            #expect(answer.status == 202, "\(answer.text)")
            let shown = await lambda.request("GET", "\(Self.path)/\(answer.json["UUID"]?.string ?? "")").json
            #expect(shown["BatchSize"] == 500 && shown["MaximumBatchingWindowInSeconds"] == 7)
            #expect(shown["State"] == "Disabled" && shown["ScalingConfig"] == ["MaximumConcurrency": 12])
            #expect(shown["FunctionResponseTypes"] == ["ReportBatchItemFailures"])
            #expect(shown["FilterCriteria"] == ["Filters": [["Pattern": #"{"body": ["a"]}"#]]])
            #expect(shown["MetricsConfig"] == ["Metrics": ["EventCount"]])
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var input: JSONObject
        var code: String
        var message: String
        var source = FakeQueue.standard
        var testDescription: String { JSONValue.object(input).text() + " " + source }

        init(_ input: JSONObject, _ code: String, _ message: String, source: String = FakeQueue.standard) {
            (self.input, self.code, self.message, self.source) = (input, code, message, source)
        }

        static func range(_ input: JSONObject, _ member: String, _ value: Int, _ bound: String) -> Refusal {
            Refusal(
                input, "ValidationException",
                "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy constraint: Member must "
                    + "have value \(bound)")
        }

        static func parameter(
            _ input: JSONObject, _ message: String, source: String = FakeQueue.standard
        ) -> Refusal {
            Refusal(input, "InvalidParameterValueException", message, source: source)
        }
    }

    static let refusals: [Refusal] = [
        .range(["BatchSize": 0], "batchSize", 0, "greater than or equal to 1"),
        .range(["BatchSize": 10_001], "batchSize", 10_001, "less than or equal to 10000"),
        .range(
            ["MaximumBatchingWindowInSeconds": 301], "maximumBatchingWindowInSeconds", 301,
            "less than or equal to 300"),
        .range(
            ["MaximumBatchingWindowInSeconds": -1], "maximumBatchingWindowInSeconds", -1,
            "greater than or equal to 0"),
        .range(
            ["ScalingConfig": ["MaximumConcurrency": 1]], "scalingConfig.maximumConcurrency", 1,
            "greater than or equal to 2"),
        .range(
            ["ScalingConfig": ["MaximumConcurrency": 1001]], "scalingConfig.maximumConcurrency", 1001,
            "less than or equal to 1000"),
        .parameter(
            ["BatchSize": 11],
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"),
        .parameter(
            ["MaximumBatchingWindowInSeconds": 1], "Batching window is not supported for FIFO queues",
            source: FakeQueue.fifo),
        .parameter(
            ["BatchSize": 11], "Batch size must be less than or equal to 10 for FIFO queues", source: FakeQueue.fifo),
        .parameter(["FunctionName": "nobody"], "Function does not exist"),
        .parameter(["FunctionName": "work:nowhere"], "Function does not exist"),
        .parameter(["StartingPosition": "LATEST"], "StartingPosition is not valid for SQS event sources."),
        Refusal(
            ["StartingPosition": "0"], "ValidationException",
            "1 validation error detected: Value '0' at 'startingPosition' failed to satisfy constraint: Member must "
                + "satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"),
        .parameter(
            ["DestinationConfig": ["OnFailure": ["Destination": "arn:aws:sqs:us-east-1:000000000000:x"]]],
            "Unsupported DestinationConfig parameter for given event source mapping type."),
        .parameter(
            ["FilterCriteria": ["Filters": [["Pattern": "simple string"]]]], "Invalid filter pattern definition."),
        .parameter(["FilterCriteria": ["Filters": [[:]]]], "Invalid filter pattern definition."),
        .parameter(
            ["FilterCriteria": ["Filters": [["Pattern": .null]]]], "Invalid filter pattern definition."),
        Refusal(
            ["FunctionResponseTypes": ["Everything"]], "ValidationException",
            "1 validation error detected: Value '[Everything]' at 'functionResponseTypes' failed to satisfy constraint: "
                + "Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]"),
        Refusal(["Enabled": "yes"], "SerializationException", "Enabled must be a boolean, not a string."),
        Refusal(["BatchSize": "many"], "SerializationException", "BatchSize must be an integer, not a string."),
        .parameter(
            [:],
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
                + "Message: The specified queue does not exist.",
            source: "arn:aws:sqs:us-east-1:000000000000:nowhere"),
        .parameter(
            [:],
            "Unrecognized event source, only sqs queues are served here. Unsupported source arn : "
                + "arn:aws:kinesis:us-east-1:000000000000:stream/s",
            source: "arn:aws:kinesis:us-east-1:000000000000:stream/s"),
    ]

    @Test(arguments: refusals) func whatIsRefused(_ refusal: Refusal) async throws {
        try await with(fifo: refusal.source == FakeQueue.fifo) { lambda, _ in
            let answer = await create(lambda, refusal.input, source: refusal.source)
            #expect(answer.status == 400)
            #expect(answer.headers.first(name: "x-amzn-ErrorType") == refusal.code)
            #expect((answer.json["message"] ?? answer.json["Message"])?.string == refusal.message)
            let list = await lambda.request("GET", Self.path).json
            #expect(list == ["EventSourceMappings": []])
        }
    }

    @Test func aSourceIsNeeded() async throws {
        try await with { lambda, _ in
            let answer = await lambda.request("POST", Self.path, #"{"FunctionName": "work"}"#)
            #expect(answer.status == 400 && answer.json["message"] == "Unrecognized event source.")
        }
    }

    @Test func theQueueMustHideMessagesForAsLongAsTheFunctionMayRun() async throws {
        try await with { lambda, queue in
            queue.setTimeout(29)
            let text = "Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds"
            #expect(await create(lambda).json["message"]?.string == text)
            queue.setTimeout(30)
            let id = try #require(await create(lambda).json["UUID"]?.string)
            queue.setTimeout(29)
            let update = await lambda.request("PUT", "\(Self.path)/\(id)", #"{"BatchSize": 2}"#)
            #expect(update.status == 400 && update.json["message"]?.string == text)
        }
    }

    @Test func oneMappingOfAQueueAndAFunction() async throws {
        try await with { lambda, _ in
            let id = try #require(await create(lambda).json["UUID"]?.string)
            let again = await create(lambda, ["FunctionName": .string(Self.functionARN)])
            #expect(again.status == 409)
            #expect(again.headers.first(name: "x-amzn-ErrorType") == "ResourceConflictException")
            #expect(
                again.json["message"]?.string
                    == "An event source mapping with SQS arn (\" \(FakeQueue.standard) \") and function (\" work \") already "
                    + "exists. Please update or delete the existing mapping with UUID \(id)")
            try lambda.deploy("other", script: Scripts.echo)
            let other = try #require(await create(lambda, ["FunctionName": "other"]).json["UUID"]?.string)
            let moved = await lambda.request("PUT", "\(Self.path)/\(other)", #"{"FunctionName": "work"}"#)
            #expect(moved.status == 409)
        }
    }

    @Test func mappingsAreListedByQueueAndFunctionInPages() async throws {
        try await with { lambda, _ in
            var ids: [String] = []
            for number in 0..<5 {
                try lambda.deploy("f\(number)", script: Scripts.echo)
                let answer = await create(lambda, ["FunctionName": .string("f\(number)")])
                ids.append(try #require(answer.json["UUID"]?.string))
            }
            var listed: [String] = []
            var target = "\(Self.path)?MaxItems=2"
            for _ in 0..<3 {
                let page = await lambda.request("GET", target).json
                listed += page["EventSourceMappings"]?.array?.compactMap { $0["UUID"]?.string } ?? []
                guard let marker = page["NextMarker"]?.string else { break }
                target = "\(Self.path)?MaxItems=2&Marker=\(marker)"
            }
            #expect(listed == ids)
            for (query, count) in [
                ("FunctionName=f3", 1), ("FunctionName=arn:aws:lambda:us-east-1:000000000000:function:f3", 1),
                ("FunctionName=nobody", 0), ("EventSourceArn=\(FakeQueue.standard)", 5),
                ("EventSourceArn=\(FakeQueue.fifo)", 0), ("EventSourceArn=\(FakeQueue.standard)&FunctionName=f1", 1),
            ] {
                let found = await lambda.request("GET", "\(Self.path)?\(query)").json["EventSourceMappings"]?.array
                #expect(found?.count == count, "\(query)")
            }
            #expect(await lambda.request("GET", "\(Self.path)?MaxItems=0").status == 400)
        }
    }

    @Test func aMappingIsChanged() async throws {
        try await with { lambda, _ in
            let id = try #require(await create(lambda).json["UUID"]?.string)
            let target = "\(Self.path)/\(id)"
            await lambda.clock.advance(by: .milliseconds(1500))
            let change = await lambda.request(
                "PUT", target, #"{"BatchSize": 3, "ScalingConfig": {"MaximumConcurrency": 4}}"#)
            #expect(change.status == 202 && change.json["State"] == "Updating")
            #expect(change.json["LastModified"]?.double == 1_772_366_401.5)
            let off = await lambda.request("PUT", target, #"{"Enabled": false}"#).json
            #expect(off["State"] == "Disabling" && off["BatchSize"] == 3)
            // A receive that was under way ends first.
            try await eventually { await lambda.request("GET", target).json["State"] == "Disabled" }
            let on = await lambda.request("PUT", target, #"{"Enabled": true, "ScalingConfig": {}}"#).json
            #expect(on["State"] == "Enabling" && on["ScalingConfig"] == nil)
            #expect(await lambda.request("GET", target).json["State"] == "Enabled")
            let refused = await lambda.request("PUT", target, #"{"BatchSize": 11}"#)
            #expect(refused.status == 400)
            #expect(await lambda.request("GET", target).json["BatchSize"] == 3)
        }
    }

    @Test func aMappingIsSwitchedOffWhateverBecameOfItsQueue() async throws {
        try await with { lambda, queue in
            let id = try #require(await create(lambda).json["UUID"]?.string)
            queue.setThere(false)
            let off = await lambda.request("PUT", "\(Self.path)/\(id)", #"{"Enabled": false}"#)
            #expect(off.status == 202 && off.json["State"] == "Disabling")
            #expect(await lambda.request("PUT", "\(Self.path)/\(id)", #"{"Enabled": true}"#).status == 400)
            #expect(await lambda.request("DELETE", "\(Self.path)/\(id)").status == 202)
        }
    }

    @Test(arguments: [
        (true, false, false, MappingState.enabled), (true, false, true, .enabled), (false, false, true, .disabling),
        (false, false, false, .disabled), (true, true, true, .deleting), (false, true, false, .deleting),
    ])
    func statesAreTold(_ isEnabled: Bool, _ isDeleted: Bool, _ isBusy: Bool, _ expected: MappingState) {
        #expect(MappingState.current(isEnabled: isEnabled, isDeleted: isDeleted, isBusy: isBusy) == expected)
    }

    @Test func aMappingIsDeletedOnceItsLastBatchHasEnded() async throws {
        try await with { lambda, queue in
            try lambda.deploy("work", script: Scripts.gated(folder: lambda.folder))
            let id = try #require(await create(lambda).json["UUID"]?.string)
            let target = "\(Self.path)/\(id)"
            queue.send("a")
            while !Scripts.gateIsReached(lambda.folder) { await Task.yield() }
            let answer = await lambda.request("DELETE", target)
            #expect(answer.status == 202 && answer.json["State"] == "Deleting" && answer.json["UUID"]?.string == id)
            #expect(await lambda.request("GET", target).json["State"] == "Deleting")
            for method in ["DELETE", "PUT"] {
                let second = await lambda.request(method, target, "{}")
                #expect(second.status == 400)
                #expect(second.headers.first(name: "x-amzn-ErrorType") == "ResourceInUseException")
            }
            try Scripts.openGate(lambda.folder)
            while await lambda.request("GET", target).status != 404 { await Task.yield() }
            #expect(queue.bodies.isEmpty)
        }
    }

    @Test(arguments: ["GET", "PUT", "DELETE"]) func aMappingThatIsNotThere(_ method: String) async throws {
        try await with { lambda, _ in
            let answer = await lambda.request(method, Self.path + "/6a8f3a6e-0000-4000-8000-000000000000", "{}")
            #expect(answer.status == 404)
            #expect(answer.json == ["Type": "User", "Message": "The resource you requested does not exist."])
        }
    }

    // MARK: Restarts and templates

    @Test func mappingsAreThereAfterARestartAndGoOn() async throws {
        let path = LocalLambda.temporaryPath()
        var id = ""
        try await with(store: Store(directory: path)) { lambda, _ in
            id = try #require(await create(lambda, ["BatchSize": 7]).json["UUID"]?.string)
        }
        try await with(store: Store(directory: path)) { lambda, queue in
            let known = await lambda.request("GET", "\(Self.path)/\(id)").json
            #expect(known["BatchSize"] == 7 && known["State"] == "Enabled")
            queue.send("a")
            await lambda.clock.settled()
            #expect(queue.bodies.isEmpty)
        }
        LocalLambda.remove(path)
    }

    @Test func aDeclaredMappingKeepsItsIdentifier() async throws {
        let path = LocalLambda.temporaryPath()
        var declaration = EventSourceMappingDeclaration(
            name: "WorkOrders", function: "work", source: FakeQueue.standard, batchSize: 4)
        var ids: Set<String> = []
        func expect(_ batchSize: Int, change: JSONObject? = nil) async throws {
            try await with(store: Store(directory: path), declaring: [declaration]) { lambda, _ in
                let list = await lambda.request("GET", Self.path).json["EventSourceMappings"]
                let shown = try #require(list?[0])
                #expect(list?.array?.count == 1 && shown["BatchSize"]?.int == batchSize)
                let id = try #require(shown["UUID"]?.string)
                ids.insert(id)
                if let change {
                    let answer = await lambda.request("PUT", "\(Self.path)/\(id)", JSONValue.object(change).text())
                    #expect(answer.status == 202)
                }
            }
        }
        try await expect(4)
        try await expect(4, change: ["BatchSize": 6])
        // What is changed through the API stays until the declaration changes.
        try await expect(6)
        declaration.batchSize = 5
        try await expect(5)
        #expect(ids.count == 1)
        try await with(store: Store(directory: path)) { lambda, _ in
            #expect(await lambda.request("GET", Self.path).json == ["EventSourceMappings": []])
        }
        LocalLambda.remove(path)
    }

    @Test func aDeclarationThatAWSWouldRefuseIsSaid() async throws {
        try await with { lambda, _ in
            let refused = try await lambda.service.deployEventSourceMappings([
                EventSourceMappingDeclaration(name: "A", function: "nobody", source: FakeQueue.standard),
                EventSourceMappingDeclaration(name: "B", function: "work", source: FakeQueue.standard),
            ])
            #expect(refused.map(\.name) == ["A"] && refused.first?.reason.message == "Function does not exist")
            #expect(await lambda.request("GET", Self.path).json["EventSourceMappings"]?.array?.count == 1)
        }
    }

    @Test func aMappingThatIsDeclaredLaterBecomesTheTemplates() async throws {
        try await with { lambda, _ in
            let id = try #require(await create(lambda).json["UUID"]?.string)
            try await lambda.service.deployEventSourceMappings([
                EventSourceMappingDeclaration(name: "B", function: "work", source: FakeQueue.standard, batchSize: 2)
            ])
            let list = await lambda.request("GET", Self.path).json["EventSourceMappings"]
            #expect(list?.array?.count == 1 && list?[0]?["UUID"]?.string == id && list?[0]?["BatchSize"] == 2)
        }
    }
}
