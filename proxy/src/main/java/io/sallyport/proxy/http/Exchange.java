package io.sallyport.proxy.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One HTTP request, wholly read, and the way to answer it once. */
final class Exchange {
  static final String JSON = "application/json";

  /** A stock client uses the way to log in that it was told to only if the door names it. */
  private static final List<String> CHALLENGES =
      List.of("Basic realm=\"Sallyport\"", "Bearer realm=\"Sallyport\"");

  private final ChannelHandlerContext context;
  private final String method;
  private final String path;
  private final @Nullable String authorization;
  private final byte[] body;
  private final boolean keepAlive;
  private @Nullable Runnable whenGone;
  private boolean gone;
  private volatile @Nullable ChunkedBody stream;

  /**
   * @param path without query
   * @param authorization the header, if there is one
   */
  Exchange(
      ChannelHandlerContext context,
      String method,
      String path,
      @Nullable String authorization,
      byte[] body,
      boolean keepAlive) {
    this.context = context;
    this.method = method;
    this.path = path;
    this.authorization = authorization;
    this.body = body;
    this.keepAlive = keepAlive;
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  @Nullable String authorization() {
    return authorization;
  }

  byte[] body() {
    return body;
  }

  /** What to do if the client hangs up before it has its answer; at once if it is gone already. */
  void whenGone(Runnable action) {
    boolean now;
    synchronized (this) {
      whenGone = action;
      now = gone;
    }
    if (now) {
      action.run();
    }
  }

  /** The client hung up; may block. */
  void hangUp() {
    Runnable action;
    synchronized (this) {
      gone = true;
      action = whenGone;
    }
    wake();
    if (action != null) {
      action.run();
    }
  }

  void wake() {
    ChunkedBody waiting = stream;
    if (waiting != null) {
      waiting.wake();
    }
  }

  void empty(HttpResponseStatus status) {
    send(status, "", new byte[0]);
  }

  void json(HttpResponseStatus status, JsonNode json) {
    send(status, JSON, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  void failure(GatewayException failure) {
    json(WireError.status(failure.code()), WireError.json(failure));
  }

  void send(HttpResponseStatus status, String type, byte[] bytes) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
    if (!type.isEmpty()) {
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
    }
    if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGES);
    }
    if (!status.equals(HttpResponseStatus.NO_CONTENT)) {
      HttpUtil.setContentLength(response, bytes.length);
    }
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    HttpUtil.setKeepAlive(response, keepAlive);
    synchronized (this) {
      // It has its answer: what it asked for outlives a socket that is not kept alive.
      whenGone = null;
    }
    var sent = context.writeAndFlush(response);
    if (!keepAlive) {
      sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** Begins a body of unknown length; the caller ends it with {@link #end} or {@link #abort}. */
  ChunkedBody stream(String type, Duration patience) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    HttpUtil.setTransferEncodingChunked(head, true);
    HttpUtil.setKeepAlive(head, keepAlive);
    ChunkedBody begun = new ChunkedBody(context, head, patience);
    stream = begun;
    return begun;
  }

  /** Closes the socket, so that a client cannot take a part for the whole. */
  void abort() {
    context.close();
  }

  /** Text of an unknown path. */
  static GatewayException unknownPath() {
    return new GatewayException(ErrorCode.UNKNOWN_REQUEST, "there is nothing at this address");
  }
}
