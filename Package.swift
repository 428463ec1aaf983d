// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

// MARK: - Shared by functions and by the emulator: no Foundation, no sockets

let foundations: [Target] = [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(
        name: "JSONValue", swiftSettings: settings,
        // Conversions of real numbers call the mathematics library where nothing else pulls it in.
        linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(name: "CivilCalendar", swiftSettings: settings),
    .target(name: "URLEncoding", swiftSettings: settings),
    .target(name: "Digests", dependencies: ["COpenSSL"], swiftSettings: settings),
    .target(
        name: "AWSSigning", dependencies: ["CivilCalendar", "Digests", "URLEncoding"], swiftSettings: settings),
]

// MARK: - The function side: no Foundation

let functions: [Target] = [
    .target(
        name: "LambdaRuntime", dependencies: ["CCurl", "CivilCalendar", "Digests", "JSONValue"], swiftSettings: settings
    ),
    .target(
        name: "LambdaEvents", dependencies: ["LambdaRuntime", "Digests", "JSONValue", "URLEncoding"],
        swiftSettings: settings),
    .target(
        name: "AWSClient", dependencies: ["CCurl", "AWSSigning", "Digests", "JSONValue", "URLEncoding"],
        swiftSettings: settings),
    .target(name: "Pictures", dependencies: ["COpenSSL", "CivilCalendar", "Digests"], swiftSettings: settings),
    .target(
        name: "PictureFunctions",
        dependencies: [
            "LambdaRuntime", "LambdaEvents", "AWSClient", "Pictures", "CivilCalendar", "Digests", "JSONValue",
        ],
        path: "Functions", swiftSettings: settings),
    .executableTarget(
        name: "bootstrap", dependencies: ["LambdaRuntime", "PictureFunctions"], swiftSettings: settings),
]

// MARK: - The local cloud

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]

/// Every cloud service stands on the same ground floor and on nothing beside it.
func service(_ name: String, _ more: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: ["CloudCore", "JSONValue", "Digests", .product(name: "GRDB", package: "GRDB.swift")] + nio + more,
        swiftSettings: settings)
}

let cloud: [Target] = [
    .target(name: "CSpawn"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
        name: "CloudCore",
        dependencies: [
            .product(name: "GRDBSQLite", package: "GRDB.swift"),
            "JSONValue", "Digests", "CivilCalendar", "URLEncoding",
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio,
        swiftSettings: settings),
    .target(name: "EventPatterns", dependencies: ["JSONValue"], swiftSettings: settings),
    .target(name: "Schedule", dependencies: ["CivilCalendar"], swiftSettings: settings),
    .target(
        name: "Replay", dependencies: ["CloudCore", "Digests", "JSONValue", "URLEncoding"], swiftSettings: settings),
    .target(name: "Template", dependencies: ["JSONValue", "Schedule", "Digests"], swiftSettings: settings),
    service("CloudLambda", ["CSpawn", "CZlib", "EventPatterns"]),
    service("CloudGateway", ["CCurl", "COpenSSL"]),
    service("CloudS3", ["AWSSigning"]),
    service("CloudDynamoDB"),
    service("CloudSQS"),
    service("CloudLogs"),
    service("CloudEvents", ["EventPatterns", "Schedule"]),
    service("CloudScheduler", ["Schedule"]),
    service("CloudRekognition", ["Recognition"]),
    .target(
        name: "Emulator",
        dependencies: [
            "CloudCore", "CloudLambda", "CloudGateway", "CloudS3", "CloudDynamoDB", "CloudSQS", "CloudLogs",
            "CloudEvents", "CloudScheduler", "CloudRekognition", "Recognition", "Template", "Schedule", "Replay",
            "JSONValue", "Digests",
            "AWSSigning",
        ] + nio,
        swiftSettings: settings),
    .target(name: "CHeaps"),
    .target(name: "CStartPages"),
    .executableTarget(
        name: "darkroom",
        dependencies: [
            "CHeaps", "CStartPages", "Emulator", "AWSClient", "AWSSigning", "CloudCore", "CloudLogs", "JSONValue",
            "Recognition", "Replay",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings),
]

// MARK: - Recognition: what pictures show, and what is written on them

let recognition: [Target] = [
    .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .target(name: "CPixels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
    .target(
        name: "CImageCodecs",
        linkerSettings: [
            .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("gif"), .linkedLibrary("webpdemux"),
            .linkedLibrary("webp"),
        ]),
    .target(
        name: "Recognition", dependencies: ["COnnxRuntime", "CPixels", "CImageCodecs", "Digests", "JSONValue"],
        swiftSettings: settings),
]

// MARK: - Test support for functions: a local cloud inside a test

let testSupport: [Target] = [
    .target(
        name: "DarkroomTesting",
        dependencies: [
            "Emulator", "CloudCore", "CloudLambda", "CloudSQS", "Template", "LambdaRuntime", "AWSClient", "Digests",
            "JSONValue",
        ] + nio,
        swiftSettings: settings)
]

// MARK: - Benchmarks

let benchmarks: [Target] = [
    .executableTarget(name: "load", dependencies: ["JSONValue"], path: "Benchmarks/load", swiftSettings: settings),
    .executableTarget(
        name: "recognition-figures", dependencies: ["Recognition", "JSONValue"], path: "Benchmarks/recognition",
        swiftSettings: settings),
    .executableTarget(
        name: "text-figures", dependencies: ["Recognition", "JSONValue"], path: "Benchmarks/text",
        exclude: ["pages.py"], swiftSettings: settings),
]

// MARK: - Tests

/// What the tests of several services stand on.
let coreTesting = Target.target(
    name: "CloudCoreTesting", dependencies: ["CloudCore", .product(name: "NIOCore", package: "swift-nio")],
    path: "Tests/CloudCoreTesting", swiftSettings: settings)

/// The program of small functions that tests run under Lambda services of different origins.
let fixtures: [Target] = [
    .executableTarget(
        name: "probe", dependencies: ["LambdaRuntime", "JSONValue"], path: "Tests/Fixtures/probe",
        swiftSettings: settings)
]

func tests(_ name: String, _ more: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + more, resources: resources, swiftSettings: settings)
}

let tests: [Target] = [
    tests("JSONValue"),
    tests("CivilCalendar"),
    tests("URLEncoding"),
    tests("Digests"),
    tests("AWSSigning"),
    tests("LambdaRuntime", ["JSONValue"] + nio),
    tests("LambdaEvents", ["LambdaRuntime", "JSONValue"]),
    tests("AWSClient", ["AWSSigning", "URLEncoding"] + nio),
    tests("Pictures"),
    tests(
        "PictureFunctions",
        ["AWSClient", "CloudCoreTesting", "LambdaRuntime", "LambdaEvents", "Pictures", "DarkroomTesting"] + nio),
    tests(
        "CloudCore",
        [
            "CloudCoreTesting", .product(name: "NIOEmbedded", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio),
    tests("EventPatterns", ["JSONValue"]),
    tests("Schedule", ["CivilCalendar"]),
    tests("Replay", ["CloudCore", "JSONValue"] + nio),
    tests("Template"),
    tests("CloudLambda", ["CloudCore", "CloudCoreTesting", "JSONValue", "Digests", "CSpawn", "CZlib"] + nio),
    tests("CloudGateway", ["CloudCore", "COpenSSL", "Digests", "JSONValue"] + nio),
    tests("CloudS3", ["CloudCore", "CloudCoreTesting", "Digests"] + nio),
    tests("CloudDynamoDB", ["CloudCore", "CloudCoreTesting", "JSONValue"] + nio),
    tests(
        "CloudSQS",
        ["CloudCore", "CloudCoreTesting", "JSONValue", "Digests", .product(name: "GRDB", package: "GRDB.swift")] + nio),
    tests("CloudLogs", ["CloudCore", "CloudCoreTesting", "JSONValue"] + nio),
    tests("CloudEvents", ["CloudCore", "CloudCoreTesting", "JSONValue"] + nio),
    tests("CloudScheduler", ["CloudCore", "CloudCoreTesting", "JSONValue", "Schedule"] + nio),
    tests("CloudRekognition", ["CloudCore", "Recognition", "Digests", "JSONValue"] + nio),
    tests(
        "Emulator",
        ["AWSSigning", "CloudCore", "CloudGateway", "CloudLambda", "CloudSQS", "JSONValue", "Replay", "Template"]
            + nio),
    .testTarget(
        name: "RecognitionTests", dependencies: ["Recognition", "CImageCodecs", "JSONValue", "Digests"],
        exclude: ["make-pictures.py"], resources: [.copy("Pictures"), .copy("Pages")],
        swiftSettings: settings),
    tests("DarkroomTesting", ["AWSClient", "CloudCoreTesting", "JSONValue", "LambdaEvents", "LambdaRuntime"]),
    .testTarget(
        name: "ScenarioTests",
        dependencies: ["CloudCoreTesting", "DarkroomTesting", "PictureFunctions", "Template", "Digests", "JSONValue"],
        swiftSettings: settings),
]

let package = Package(
    name: "darkroom",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "LambdaRuntime", targets: ["LambdaRuntime"]),
        .library(name: "LambdaEvents", targets: ["LambdaEvents"]),
        .library(name: "AWSClient", targets: ["AWSClient"]),
        .library(name: "DarkroomTesting", targets: ["DarkroomTesting", "JSONValue"]),
        .executable(name: "darkroom", targets: ["darkroom"]),
        .executable(name: "bootstrap", targets: ["bootstrap"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    ],
    targets: foundations + functions + recognition + cloud + testSupport + benchmarks + fixtures
        + [coreTesting] + tests,
    swiftLanguageModes: [.v6]
)
