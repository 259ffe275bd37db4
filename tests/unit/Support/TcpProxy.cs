using System.Net;
using System.Net.Sockets;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Stands between a client and a server and cuts connections: those there are, on command or after so many bytes to the server, or for good,
/// when new ones are refused too. It can also stall: then nothing more reaches the server, and nobody is told.
/// </summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private readonly Lock _gate = new();
    private readonly List<Socket> _sockets = [];
    private long _bytesLeft = long.MaxValue;
    private bool _isOneCut;
    private bool _stalls;

    public TcpProxy(string host, int port)
    {
        (_host, _port) = (host, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>Where it listens on the loopback address.</summary>
    public int Port { get; }

    /// <summary>How often it has cut.</summary>
    public int Cuts { get; private set; }

    /// <summary>How many connections it has made.</summary>
    public int Connections { get; private set; }

    /// <summary>Bytes that clients have sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Whether connections are refused.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Cuts all connections once clients have sent so many more bytes in all.</summary>
    /// <param name="bytes">Bytes from now on.</param>
    /// <param name="forGood">Whether later connections are refused.</param>
    public void CutAfter(long bytes, bool forGood = false)
    {
        lock (_gate)
        {
            (_bytesLeft, _isOneCut, _stalls) = (bytes, !forGood, false);
        }
    }

    /// <summary>Forwards nothing to the server any more once clients have sent so many more bytes in all; connections of before stay stalled.</summary>
    public void StallAfter(long bytes)
    {
        lock (_gate)
        {
            (_bytesLeft, _stalls, IsStalled) = (bytes, true, false);
        }
    }

    /// <summary>Whether it stalls now.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Cuts all connections now.</summary>
    public void Cut(bool forGood = false)
    {
        Socket[] cut;
        lock (_gate)
        {
            cut = [.. _sockets];
            _sockets.Clear();
            _bytesLeft = long.MaxValue;
            IsClosed = forGood;
            Cuts++;
        }

        foreach (Socket socket in cut)
        {
            Reset(socket);
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Open() => IsClosed = false;

    public void Dispose()
    {
        _listener.Stop();
        Cut(forGood: true);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            if (IsClosed)
            {
                Reset(client);
                continue;
            }

            Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await server.ConnectAsync(_host, _port);
            client.NoDelay = true;
            lock (_gate)
            {
                _sockets.AddRange([client, server]);
                Connections++;
            }

            _ = Task.Run(() => PumpAsync(client, server, isToServer: true));
            _ = Task.Run(() => PumpAsync(server, client, isToServer: false));
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isToServer)
    {
        byte[] buffer = new byte[16384];
        try
        {
            while (await from.ReceiveAsync(buffer) is int read and > 0)
            {
                if (isToServer && IsSpent(read))
                {
                    if (!_stalls)
                    {
                        Cut(forGood: !_isOneCut);
                        return;
                    }

                    // Read on, so that the client's end is seen, and keep it to itself.
                    IsStalled = true;
                    while (await from.ReceiveAsync(buffer) > 0)
                    {
                    }

                    Reset(to);
                    return;
                }

                int sent = 0;
                while (sent < read)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut, by this or by an end.
        }
    }

    private bool IsSpent(int bytes)
    {
        lock (_gate)
        {
            BytesSent += bytes;
            _bytesLeft -= _bytesLeft == long.MaxValue ? 0 : bytes;
            return _bytesLeft < 0;
        }
    }

    /// <summary>Closes without a farewell, as a cable that is pulled or a server that dies.</summary>
    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other end was faster.
        }

        socket.Dispose();
    }
}
