package dev.onsale.payments;

final class FakeGatewayTest extends PaymentGatewayContract {

    private final FakeGateway gateway = new FakeGateway();

    @Override
    PaymentGateway gateway() {
        return gateway;
    }
}
