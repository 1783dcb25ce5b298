package io.sallyport.proxy.http;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one socket, one after the other, each on a thread that may block. It goes on
 * reading while a request is served, for that is how it learns that the client hung up.
 */
final class DoorHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** A client that sends more before its first answer is not one of ours. */
  private static final int MAX_WAITING = 4;

  private final Executor executor;
  private final Consumer<Exchange> service;
  private final Queue<Exchange> waiting = new ArrayDeque<>();
  private @Nullable Exchange current;

  /**
   * @param service answers an exchange before it returns
   */
  DoorHandler(Executor executor, Consumer<Exchange> service) {
    this.executor = executor;
    this.service = service;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess() || waiting.size() >= MAX_WAITING) {
      context.close();
      return;
    }
    Exchange exchange =
        new Exchange(
            context,
            request.method().name(),
            new QueryStringDecoder(request.uri()).path(),
            request.headers().get(HttpHeaderNames.AUTHORIZATION),
            ByteBufUtil.getBytes(request.content()),
            HttpUtil.isKeepAlive(request));
    waiting.add(exchange);
    next(context);
  }

  private void next(ChannelHandlerContext context) {
    Exchange exchange = current == null ? waiting.poll() : null;
    if (exchange != null) {
      current = exchange;
      executor.execute(
          () -> {
            try {
              service.accept(exchange);
            } finally {
              context.executor().execute(() -> served(context));
            }
          });
    }
  }

  private void served(ChannelHandlerContext context) {
    current = null;
    next(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting.clear();
    Exchange serving = current;
    if (serving != null) {
      executor.execute(serving::hangUp);
    }
    context.fireChannelInactive();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange serving = current;
    if (serving != null) {
      serving.wake();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && current == null) {
      context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    // Broken sockets, TLS and HTTP: nobody is left to tell, and the peer chose the text.
    context.close();
  }

  static GatewayException tooLarge(int limit) {
    return new GatewayException(
        ErrorCode.TOO_LARGE, "a request may have " + limit + " bytes; send a shorter one");
  }
}
