import CloudCore
import JSONValue

extension LambdaService {
    func putConcurrency(_ request: CloudRequest, _ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let input = try await input(request)
        let plain = try resolve(FunctionName(name)).configuration.name
        guard let count = input["ReservedConcurrentExecutions"]?.int, count >= 0 else {
            throw LambdaErrors.validation(
                "1 validation error detected: Value at 'reservedConcurrentExecutions' failed to satisfy constraint: "
                    + "Member must have value greater than or equal to 0")
        }
        try ledger.reserve(count, for: plain)
        try await records.setConcurrency(count, of: plain)
        events.pump(plain)
        return json(["ReservedConcurrentExecutions": JSONValue(count)], call)
    }

    func getConcurrency(_ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let plain = try resolve(FunctionName(name)).configuration.name
        let reserved = ledger.reserved(for: plain)
        return json(.object(reserved.map { ["ReservedConcurrentExecutions": JSONValue($0)] } ?? [:]), call)
    }

    func deleteConcurrency(_ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let plain = try resolve(FunctionName(name)).configuration.name
        try ledger.reserve(nil, for: plain)
        try await records.setConcurrency(nil, of: plain)
        events.pump(plain)
        return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
    }

    func accountSettings(_ call: ServiceCall) -> CloudResponse {
        let functions = allFunctions
        return json(
            [
                "AccountLimit": [
                    "TotalCodeSize": 80_530_636_800, "CodeSizeUnzipped": 262_144_000, "CodeSizeZipped": 52_428_800,
                    "ConcurrentExecutions": JSONValue(ledger.accountLimit),
                    "UnreservedConcurrentExecutions": JSONValue(ledger.unreserved),
                ],
                "AccountUsage": [
                    "TotalCodeSize": JSONValue(functions.reduce(0) { $0 + $1.pool.generation.code.size }),
                    "FunctionCount": JSONValue(functions.count),
                ],
            ], call)
    }

    // MARK: Asynchronous calls

    func putInvokeConfiguration(
        _ request: CloudRequest, _ name: String, _ call: ServiceCall, merges: Bool
    ) async throws -> CloudResponse {
        let input = try await input(request)
        let function = try resolve(FunctionName(name))
        let known = function.invokeConfiguration?.configuration
        if merges, known == nil { throw noInvokeConfiguration(function) }
        var configuration = (merges ? known : nil) ?? EventInvokeConfiguration()
        if let attempts = input["MaximumRetryAttempts"]?.int {
            guard (0...2).contains(attempts) else {
                throw LambdaErrors.outOfRange("maximumRetryAttempts", attempts, 0...2)
            }
            configuration.maximumRetryAttempts = attempts
        }
        if let age = input["MaximumEventAgeInSeconds"]?.int {
            guard (60...21600).contains(age) else {
                throw LambdaErrors.outOfRange("maximumEventAgeInSeconds", age, 60...21600)
            }
            configuration.maximumEventAge = age
        }
        if let destinations = input["DestinationConfig"]?.object {
            if let success = destinations["OnSuccess"]?.object {
                configuration.onSuccess = success["Destination"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            }
            if let failure = destinations["OnFailure"]?.object {
                configuration.onFailure = failure["Destination"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            }
        }
        let moment = clock.now
        try await records.setInvokeConfiguration(
            configuration, of: function.configuration.name, modified: moment)
        function.setInvokeConfiguration(configuration, modified: moment)
        return json(.object(describe(configuration, of: function, modified: moment)), call)
    }

    func getInvokeConfiguration(_ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        guard let (configuration, modified) = function.invokeConfiguration else {
            throw noInvokeConfiguration(function)
        }
        return json(.object(describe(configuration, of: function, modified: modified)), call)
    }

    func listInvokeConfigurations(_ name: String, _ call: ServiceCall) throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        let list = function.invokeConfiguration.map { configuration, modified in
            [JSONValue.object(describe(configuration, of: function, modified: modified))]
        }
        return json(["FunctionEventInvokeConfigs": .array(list ?? [])], call)
    }

    func deleteInvokeConfiguration(_ name: String, _ call: ServiceCall) async throws -> CloudResponse {
        let function = try resolve(FunctionName(name))
        guard function.invokeConfiguration != nil else { throw noInvokeConfiguration(function) }
        let moment = clock.now
        try await records.setInvokeConfiguration(nil, of: function.configuration.name, modified: moment)
        function.setInvokeConfiguration(nil, modified: moment)
        return CloudResponse(status: 204, headers: ["x-amzn-RequestId": call.requestID])
    }

    private func noInvokeConfiguration(_ function: LambdaFunction) -> ServiceError {
        LambdaErrors.notFound(
            "The function \(arn(function.configuration.name)):$LATEST doesn't have an EventInvokeConfig")
    }

    private func describe(
        _ configuration: EventInvokeConfiguration, of function: LambdaFunction, modified: Timestamp
    ) -> JSONObject {
        var destinations: JSONObject = ["OnSuccess": [:], "OnFailure": [:]]
        if let target = configuration.onSuccess { destinations["OnSuccess"] = ["Destination": .string(target)] }
        if let target = configuration.onFailure { destinations["OnFailure"] = ["Destination": .string(target)] }
        return [
            "LastModified": JSONValue(modified.epochSeconds),
            "FunctionArn": .string(arn(function.configuration.name) + ":$LATEST"),
            "MaximumRetryAttempts": JSONValue(configuration.maximumRetryAttempts),
            "MaximumEventAgeInSeconds": JSONValue(configuration.maximumEventAge),
            "DestinationConfig": .object(destinations),
        ]
    }
}
