import JSONValue

extension TemplateReader {
    func readFunction(_ entry: ResourceEntry, _ reader: PropertyReader) {
        let name = evaluator.name(of: entry)
        if reader.string("PackageType") == "Image" {
            reader.warn("PackageType", "Container images are not run: function '\(entry.logicalID)' is skipped.")
            template.skipped.append(SkippedResource(logicalID: entry.logicalID, type: entry.typeName))
            return
        }
        let isServerless = entry.type == .serverlessFunction
        let code = isServerless ? serverlessCode(reader) : plainCode(reader)
        let handler = reader.required("Handler", reader.string)
        let runtime = reader.required("Runtime", reader.string)
        var function = FunctionDefinition(
            logicalID: entry.logicalID, name: name, arn: cloud.functionARN(name), handler: handler ?? "",
            runtime: runtime ?? "", code: code ?? .path("."), description: reader.string("Description"),
            timeout: reader.int("Timeout", in: 1...900) ?? 3,
            memorySize: reader.int("MemorySize", in: 128...10_240) ?? 128, environment: environment(reader),
            architecture: architecture(reader),
            ephemeralStorage: reader.object("EphemeralStorage", schema: "Function.EphemeralStorage")?
                .int("Size", in: 512...10_240) ?? 512,
            reservedConcurrency: reader.int("ReservedConcurrentExecutions", in: 0...1_000_000),
            autoPublishAlias: reader.string("AutoPublishAlias"),
            provisionedConcurrency: reader.object("ProvisionedConcurrencyConfig", schema: nil)?
                .int("ProvisionedConcurrentExecutions", in: 1...1_000_000),
            eventInvokeConfig: EventInvokeConfig(), deadLetterARN: deadLetterARN(reader), logging: logging(reader),
            url: nil, layers: reader.strings("Layers") ?? [], tags: tags(reader), role: reader.string("Role"),
            policies: reader.json("Policies"), events: [])
        if let runtime, !runtime.hasPrefix("provided"), !runtime.hasPrefix("python3.") {
            reader.warn(
                "Runtime",
                "Nothing here runs functions of the runtime '\(runtime)': calls of '\(entry.logicalID)' need a program "
                    + "named bootstrap in its code, as of the provided runtimes. Those of python3.x run too.")
        }
        if function.provisionedConcurrency != nil {
            reader.warn(
                "ProvisionedConcurrencyConfig",
                "No environments of '\(entry.logicalID)' are kept ready here: they start when they are called for, so "
                    + "that its calls may wait for a start.")
        }
        if let config = reader.object("EventInvokeConfig", schema: "Function.EventInvokeConfig") {
            function.eventInvokeConfig = eventInvokeConfig(config)
        }
        if let url = reader.object("FunctionUrlConfig", schema: "Function.FunctionUrlConfig") {
            function.url = functionURL(of: name, url)
        }
        if isServerless { function.events = events(of: function, entry, reader) }
        // One that has no handler, runtime or code has been reported, and could not be used.
        if code != nil, handler != nil, runtime != nil { template.functions.append(function) }
    }

    private func serverlessCode(_ reader: PropertyReader) -> FunctionCode? {
        if let source = reader.string("InlineCode") { return .inline(source) }
        guard let value = reader.raw("CodeUri") else {
            if !reader.mentions("CodeUri") {
                let message = "Function \(reader.subject) needs a property 'CodeUri': the folder or zip with its code."
                diagnostics.error(reader.path, message)
            }
            return nil
        }
        if value.map != nil, let object = reader.object("CodeUri", schema: "Function.CodeUri") {
            guard let bucket = object.required("Bucket", object.string), let key = object.required("Key", object.string)
            else { return nil }
            return .object(bucket: bucket, key: key, version: object.string("Version"))
        }
        guard let text = reader.string("CodeUri") else { return nil }
        guard text.hasPrefix("s3://") else { return .path(text) }
        let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else {
            reader.fault("CodeUri", "'\(text)' names no object: s3://bucket/key is expected.")
            return nil
        }
        return .object(bucket: String(parts[0]), key: String(parts[1]), version: nil)
    }

    private func plainCode(_ reader: PropertyReader) -> FunctionCode? {
        // `aws cloudformation package` takes a path here and puts the uploaded object in its place.
        if let path = reader.raw("Code")?.text { return .path(path) }
        guard let code = reader.required("Code", { reader.object($0, schema: "Function.Code") }) else { return nil }
        if let source = code.string("ZipFile") { return .inline(source) }
        guard let bucket = code.string("S3Bucket"), let key = code.string("S3Key") else {
            if !code.mentions("S3Bucket") || !code.mentions("S3Key") {
                diagnostics.error(code.path, "Code of \(reader.subject) needs S3Bucket and S3Key, or ZipFile.")
            }
            return nil
        }
        return .object(bucket: bucket, key: key, version: code.string("S3ObjectVersion"))
    }

    private func architecture(_ reader: PropertyReader) -> FunctionDefinition.Architecture {
        guard let names = reader.strings("Architectures"), let name = names.first else { return .x86 }
        if names.count > 1 {
            reader.fault(
                "Architectures",
                "Architectures of \(reader.subject) must hold exactly one; with the one of Globals there are "
                    + "\(names.count), because lists are added up.")
        }
        if let architecture = FunctionDefinition.Architecture(rawValue: name) { return architecture }
        reader.fault("Architectures", "'\(name)' is not an architecture: x86_64 or arm64.")
        return .x86
    }

    private func logging(_ reader: PropertyReader) -> FunctionLogging {
        let config = reader.object("LoggingConfig", schema: "Function.LoggingConfig")
        return FunctionLogging(
            format: config?.choice("LogFormat") ?? .text, group: config?.string("LogGroup"),
            applicationLevel: config?.string("ApplicationLogLevel"), systemLevel: config?.string("SystemLogLevel"))
    }

    private func deadLetterARN(_ reader: PropertyReader) -> String? {
        if let config = reader.object("DeadLetterConfig", schema: "Function.DeadLetterConfig") {
            return config.string("TargetArn")
        }
        guard let queue = reader.object("DeadLetterQueue", schema: "Function.DeadLetterQueue") else { return nil }
        if let type = queue.required("Type", queue.string), !["SQS", "SNS"].contains(type) {
            queue.fault("Type", "Type of the dead-letter queue of \(reader.subject) must be 'SQS' or 'SNS'.")
        }
        return queue.required("TargetArn", queue.string)
    }

    /// Tags as a map (SAM) or as a list of keys and values (CloudFormation).
    func tags(_ reader: PropertyReader) -> [String: String] {
        if reader.raw("Tags")?.list != nil {
            let pairs = reader.objects("Tags", schema: nil).compactMap { tag -> (String, String)? in
                guard let key = tag.required("Key", tag.string) else { return nil }
                return (key, tag.string("Value") ?? "")
            }
            return Dictionary(pairs) { $1 }
        }
        return Dictionary((reader.stringMap("Tags") ?? []).map { ($0.key, $0.value) }) { $1 }
    }

    func eventInvokeConfig(_ reader: PropertyReader) -> EventInvokeConfig {
        let destinations = reader.object("DestinationConfig", schema: "Function.DestinationConfig")
        func destination(_ key: String) -> String? {
            guard let part = destinations?.object(key, schema: "Function.Destination") else { return nil }
            if !part.mentions("Destination") {
                part.warn(
                    "Type", "\(part.subject.capitalisedFirst) names no Destination; none is made for it on this cloud.")
            }
            return part.string("Destination")
        }
        return EventInvokeConfig(
            maximumRetryAttempts: reader.int("MaximumRetryAttempts", in: 0...2) ?? 2,
            maximumEventAge: reader.int("MaximumEventAgeInSeconds", in: 60...21_600) ?? 21_600,
            onSuccess: destination("OnSuccess"), onFailure: destination("OnFailure"))
    }

    func functionURL(of name: String, _ reader: PropertyReader) -> FunctionURL {
        let address = LocalAddress.functionURL(of: name, in: cloud)
        let cors = reader.object("Cors", schema: "Function.UrlCors")
        return FunctionURL(
            id: address.id, url: address.url,
            authorization: reader.required("AuthType") { reader.choice($0) } ?? .none,
            invokeMode: reader.choice("InvokeMode") ?? .buffered, cors: cors.flatMap(httpCORS))
    }

    func readFunctionURL(_ entry: ResourceEntry, _ reader: PropertyReader) {
        guard let target = reader.required("TargetFunctionArn", reader.string) else { return }
        functionURLs[Evaluator.functionName(in: target)] = functionURL(of: Evaluator.functionName(in: target), reader)
        requireFunction(target, reader, "TargetFunctionArn")
    }

    func readEventInvokeConfig(_ reader: PropertyReader) {
        guard let target = reader.required("FunctionName", reader.string) else { return }
        invokeConfigs[Evaluator.functionName(in: target)] = eventInvokeConfig(reader)
        requireFunction(target, reader, "FunctionName")
    }

    /// Settings from resources of their own reach their functions, wherever in the template these stand.
    func attachFunctionSettings() {
        for index in template.functions.indices {
            let name = template.functions[index].name
            if let url = functionURLs[name] { template.functions[index].url = url }
            if let config = invokeConfigs[name] { template.functions[index].eventInvokeConfig = config }
        }
    }

    /// Reports a reference that leads to no function of the template.
    func requireFunction(_ reference: String, _ reader: PropertyReader, _ key: String) {
        let name = Evaluator.functionName(in: reference)
        if functionNames.contains(name) { return }
        reader.fault(key, "\(key) of \(reader.subject) is '\(reference)', which is no function of this template.")
    }
}
