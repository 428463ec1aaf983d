extension NewProject {
    var template: String {
        """
        {
          "AWSTemplateFormatVersion": "2010-09-09",
          "Transform": "AWS::Serverless-2016-10-31",
          "Description": "\(name.text): a function in Swift.",
          "Metadata": {"Darkroom": {"Bootstrap": ".build/debug/\(name.text)"}},
          "Resources": {
            "\(name.logicalID)": {
              "Type": "AWS::Serverless::Function",
              "Properties": {
                "FunctionName": "\(name.text)",
                "Runtime": "provided.al2023",
                "Architectures": ["x86_64"],
                "Handler": "\(name.text)",
                "CodeUri": "dist/\(name.text).zip",
                "MemorySize": 128,
                "Timeout": 10,
                "Events": {
                  "Hello": {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/hello"}}
                }
              }
            }
          },
          "Outputs": {
            "Address": {
              "Description": "Where the function answers.",
              "Value": {"Fn::Sub": "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/hello"}
            }
          }
        }

        """
    }
}
