enum CloudGatewayPlaceholder {}
