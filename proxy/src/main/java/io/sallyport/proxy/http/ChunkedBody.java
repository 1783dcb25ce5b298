package io.sallyport.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A response body of unknown length. Its writer, which must not be the event loop, waits while the
 * client does not read, so never more than a few chunks are in memory.
 */
final class ChunkedBody implements WritableByteChannel {
  private static final int CHUNK = 128 << 10;

  private final ChannelHandlerContext context;
  private final HttpResponse head;
  private final Duration patience;
  private boolean begun;
  private boolean hurried;
  private @Nullable ByteBuf chunk;

  /**
   * @param head sent with the first bytes, not before
   * @param patience how long a client may read nothing
   */
  ChunkedBody(ChannelHandlerContext context, HttpResponse head, Duration patience) {
    this.context = context;
    this.head = head;
    this.patience = patience;
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int size = bytes.remaining();
    while (bytes.hasRemaining()) {
      ByteBuf to = chunk;
      if (to == null) {
        to = context.alloc().directBuffer(CHUNK, CHUNK);
        chunk = to;
      }
      int limit = bytes.limit();
      bytes.limit(bytes.position() + Math.min(bytes.remaining(), to.writableBytes()));
      to.writeBytes(bytes);
      bytes.limit(limit);
      if (!to.isWritable()) {
        flush();
      }
    }
    return size;
  }

  private void flush() throws IOException {
    ByteBuf full = chunk;
    if (full == null) {
      return;
    }
    awaitReader();
    chunk = null;
    if (!begun) {
      begun = true;
      context.write(head);
    }
    context.writeAndFlush(new DefaultHttpContent(full));
  }

  private void awaitReader() throws IOException {
    Channel channel = context.channel();
    long until = System.nanoTime() + patience.toNanos();
    synchronized (this) {
      while (channel.isActive() && !channel.isWritable() && !hurried) {
        long left = (until - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          context.close();
          throw new ClosedChannelException();
        }
        try {
          wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new ClosedChannelException();
        }
      }
    }
    if (!channel.isActive()) {
      throw new ClosedChannelException();
    }
  }

  /** The client reads again, or is gone. */
  synchronized void wake() {
    notifyAll();
  }

  /** Waits for the client's reading no more, so that an answer that was ended comes to its end. */
  synchronized void hurry() {
    hurried = true;
    notifyAll();
  }

  /** Whether the client got a first byte, so that it is too late for another response. */
  boolean begun() {
    return begun;
  }

  /** Sends what is left and ends the body. */
  void end() throws IOException {
    flush();
    if (!begun) {
      begun = true;
      context.write(head);
    }
    context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public boolean isOpen() {
    return context.channel().isActive();
  }

  /** Frees what was not sent. */
  @Override
  public void close() {
    ByteBuf unsent = chunk;
    chunk = null;
    if (unsent != null) {
      unsent.release();
    }
  }
}
