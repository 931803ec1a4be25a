import { type WebSocket, WebSocketServer } from 'ws';
import { type FlowService, startFlowService } from './flow-service.test.ts';

/** A service that speaks WebSocket at `/live`, and says which headers each upgrade had. */
export async function startSocketService(
  onSocket: (socket: WebSocket, headers: NodeJS.Dict<string | string[]>) => void,
): Promise<FlowService> {
  const service = await startFlowService(({ url }, response) => {
    if (url === '/refused') response.statusCode = 500;
    response.setHeader('set-cookie', 'sid=7').end();
  });
  const sockets = new WebSocketServer({ noServer: true });
  service.server.on('upgrade', (request, socket, head) => {
    if (request.url === '/silent') {
      socket.on('end', () => socket.destroy()).resume();
      return;
    }
    if (request.url !== '/live') {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (one) => {
      one.on('error', () => one.terminate());
      onSocket(one, request.headers);
    });
  });
  return service;
}
