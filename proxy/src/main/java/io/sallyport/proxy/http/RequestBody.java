package io.sallyport.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.sallyport.proxy.GatewayException;

/**
 * Gathers a request's body up to a limit. What is larger is read to its end and thrown away, and
 * the client told so: with status 413, or as an Avatica error where Avatica's clients ask.
 */
final class RequestBody extends HttpObjectAggregator {
  private final int limit;

  RequestBody(int limit) {
    super(limit);
    this.limit = limit;
  }

  @Override
  protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
    boolean keepAlive = HttpUtil.isKeepAlive(oversized) && !(oversized instanceof FullHttpMessage);
    String path =
        oversized instanceof HttpRequest request
            ? new QueryStringDecoder(request.uri()).path()
            : "";
    Exchange exchange = new Exchange(context, "", path, null, new byte[0], keepAlive);
    GatewayException failure = DoorHandler.tooLarge(limit);
    if (path.equals("/")) {
      // The body is gone, and with it what told JSON from protobuf; our driver speaks protobuf.
      exchange.send(
          HttpResponseStatus.INTERNAL_SERVER_ERROR,
          HttpDoor.PROTOBUF,
          AvaticaHandler.failure(failure, false).body());
    } else {
      exchange.failure(failure);
    }
    if (!keepAlive) {
      context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
