extension NewProject {
    var manifest: String {
        """
        // swift-tools-version: 6.1
        import PackageDescription

        let package = Package(
            name: "\(name.text)",
            platforms: [.macOS(.v15)],
            dependencies: [
                \(package.dependency)
            ],
            targets: [
                .executableTarget(
                    name: "\(name.text)",
                    dependencies: [
                        .product(name: "LambdaEvents", package: "\(package.identity)"),
                        .product(name: "LambdaRuntime", package: "\(package.identity)"),
                    ])
            ]
        )

        """
    }

    var function: String {
        #"""
        import LambdaEvents
        import LambdaRuntime

        func makeRouter() -> Router {
            var router = Router()
            router.get("/hello") { request, context in
                context.logger.info("somebody says hello")
                return try .json(["greeting": "Good day, \(request.query("name") ?? "stranger")."])
            }
            return router
        }

        Lambda.run(makeRouter())

        """#
    }

    var event: String {
        """
        {
          "version": "2.0",
          "routeKey": "GET /hello",
          "rawPath": "/hello",
          "rawQueryString": "name=Ada",
          "headers": {"accept": "*/*"},
          "queryStringParameters": {"name": "Ada"},
          "requestContext": {"http": {"method": "GET", "path": "/hello", "sourceIp": "127.0.0.1"}},
          "isBase64Encoded": false
        }

        """
    }

    var expectation: String {
        """
        {
          "function": "\(name.text)",
          "answer": {"statusCode": 200, "body": {"greeting": "Good day, Ada."}}
        }

        """
    }
}
