import JSONValue

extension TemplateReader {
    /// Reports a name that the service would not take.
    func checkName(_ name: String, _ type: ResourceType, _ path: String) {
        guard let fault = ResourceNaming.fault(of: name, for: type) else { return }
        diagnostics.error(path, "'\(name)' is not a valid name: \(fault).")
    }

    /// Checks the names of all resources, and that no two of a kind have the same.
    func checkNames() {
        check(template.functions.map { ($0.logicalID, $0.name) }, .function, "functions")
        check(template.tables.map { ($0.logicalID, $0.name) }, .table, "tables")
        check(template.buckets.map { ($0.logicalID, $0.name) }, .bucket, "buckets")
        check(template.queues.map { ($0.logicalID, $0.name) }, .queue, "queues")
        check(template.rules.map { ($0.logicalID, "\($0.eventBus)/\($0.name)") }, nil, "rules")
        check(template.schedules.map { ($0.logicalID, "\($0.group)/\($0.name)") }, nil, "schedules")
        for rule in template.rules where evaluator.resources[rule.logicalID] != nil {
            checkName(rule.name, .rule, places[rule.logicalID] ?? "/Resources")
        }
    }

    private func check(_ named: [(logicalID: String, name: String)], _ type: ResourceType?, _ kind: String) {
        var owners: [String: String] = [:]
        for (logicalID, name) in named {
            let place = places[logicalID] ?? "/Resources"
            if let type {
                let property = evaluator.resources[logicalID]?.type?.nameProperty ?? ""
                let isExplicit = evaluator.resources[logicalID]?.properties[property] != nil
                checkName(name, type, isExplicit ? "\(place)/Properties/\(property)" : place)
            }
            if let other = owners[name] {
                diagnostics.error(place, "The \(kind) '\(other)' and '\(logicalID)' have the same name, '\(name)'.")
            } else {
                owners[name] = logicalID
            }
        }
    }

    func readOutputs() {
        for (name, value) in root["Outputs"]?.object ?? [:] {
            let path = "/Outputs".appending(step: name)
            guard value.object != nil else {
                diagnostics.error(path, "Output '\(name)' must be an object with a Value.")
                continue
            }
            if let condition = value["Condition"]?.string, evaluator.decide(condition, at: path + "/Condition") == false
            {
                continue
            }
            let reader = PropertyReader(
                evaluator.evaluate(.object((value.object ?? [:]).without("Condition")), at: path),
                subject: "output '\(name)'", schema: "Output", diagnostics: diagnostics)
            guard let text = reader.required("Value", reader.string) else { continue }
            template.outputs.append(
                OutputDefinition(
                    name: name, description: reader.string("Description"), value: text,
                    exportName: reader.object("Export", schema: nil)?.string("Name")))
        }
    }
}

extension JSONObject {
    fileprivate func without(_ key: String) -> JSONObject {
        var copy = self
        copy[key] = nil
        return copy
    }
}
