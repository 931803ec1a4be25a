/** Responses, each whole on a connection that then ends. The fields say what RFC 9112 makes of them. */
export interface CorpusEntry {
  readonly name: string;
  readonly bytes: string;
  readonly method?: 'HEAD';
  /** `broken` when the response must be refused. */
  readonly expect: { readonly status: number; readonly body: string } | 'broken';
  /** Why Node's parser is known to see it otherwise; both views are checked. */
  readonly nodeDiffers?: string;
}

const OK = 'HTTP/1.1 200 OK\r\n';

function ok(body: string, status = 200): { status: number; body: string } {
  return { status, body };
}

export const CORPUS: readonly CorpusEntry[] = [
  // Lengths.
  { name: 'length', bytes: `${OK}Content-Length: 5\r\n\r\nhello`, expect: ok('hello') },
  { name: 'length 0', bytes: `${OK}Content-Length: 0\r\n\r\n`, expect: ok('') },
  { name: 'name in capitals', bytes: `${OK}CONTENT-LENGTH: 2\r\n\r\nhi`, expect: ok('hi') },
  { name: 'space around the length', bytes: `${OK}Content-Length: \t 2 \r\n\r\nhi`, expect: ok('hi') },
  { name: 'no space before the length', bytes: `${OK}Content-Length:2\r\n\r\nhi`, expect: ok('hi') },
  { name: 'body that looks like a head', bytes: `${OK}Content-Length: 8\r\n\r\nHTTP/1.1`, expect: ok('HTTP/1.1') },
  { name: 'body cut short', bytes: `${OK}Content-Length: 5\r\n\r\nhell`, expect: 'broken' },
  { name: 'negative length', bytes: `${OK}Content-Length: -1\r\n\r\n`, expect: 'broken' },
  { name: 'signed length', bytes: `${OK}Content-Length: +2\r\n\r\nhi`, expect: 'broken' },
  { name: 'hexadecimal length', bytes: `${OK}Content-Length: 0x2\r\n\r\nhi`, expect: 'broken' },
  { name: 'length with a space inside', bytes: `${OK}Content-Length: 1 2\r\n\r\nhi`, expect: 'broken' },
  { name: 'huge length', bytes: `${OK}Content-Length: 99999999999999999999\r\n\r\n`, expect: 'broken' },
  { name: 'empty length', bytes: `${OK}Content-Length:\r\n\r\n`, expect: 'broken' },
  { name: 'list of lengths', bytes: `${OK}Content-Length: 2, 2\r\n\r\nhi`, expect: 'broken' },
  {
    name: 'same length twice',
    bytes: `${OK}Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi`,
    expect: ok('hi'),
    nodeDiffers: 'refuses a repeated length even when equal, which RFC 9110 section 8.6 allows',
  },
  { name: 'unequal lengths', bytes: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!`, expect: 'broken' },
  // Chunks.
  {
    name: 'chunks',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`,
    expect: ok('hello!'),
  },
  { name: 'no chunks', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, expect: ok('') },
  {
    name: 'leading zeros',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n0002\r\nhi\r\n000\r\n\r\n`,
    expect: ok('hi'),
  },
  {
    name: 'hexadecimal sizes',
    bytes: `${OK}Transfer-Encoding: Chunked\r\n\r\na\r\n0123456789\r\nB\r\n01234567890\r\n0\r\n\r\n`,
    expect: ok('012345678901234567890'),
  },
  {
    name: 'extensions',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2;a=b;c="d e"\r\nhi\r\n0;last\r\n\r\n`,
    expect: ok('hi'),
  },
  {
    name: 'trailers',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nDigest: abc\r\nX: \r\n\r\n`,
    expect: ok('hi'),
  },
  {
    name: 'chunk data with CRLF',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n`,
    expect: ok('\r\n\r\n'),
  },
  {
    name: 'malformed extension',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2;="a" b\r\nhi\r\n0\r\n\r\n`,
    expect: ok('hi'),
    nodeDiffers: 'parses extensions, which RFC 9112 section 7.1.1 has us ignore',
  },
  {
    name: 'framing field in the trailers',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nContent-Length: 3\r\n\r\n`,
    expect: ok('hi'),
    nodeDiffers: 'refuses it; RFC 9110 section 6.5.1 has us ignore it',
  },
  { name: 'no last chunk', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n`, expect: 'broken' },
  { name: 'end cut short', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r`, expect: 'broken' },
  { name: 'size is no number', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\nx\r\nhi\r\n0\r\n\r\n`, expect: 'broken' },
  { name: 'empty size', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n\r\nhi\r\n0\r\n\r\n`, expect: 'broken' },
  {
    name: 'chunk longer than said',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n`,
    expect: 'broken',
  },
  { name: 'chunk without CR', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\nhi\r\n0\r\n\r\n`, expect: 'broken' },
  { name: 'data without CR', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\n0\r\n\r\n`, expect: 'broken' },
  {
    name: 'size beyond 2^53',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
  },
  {
    name: 'control byte in a trailer',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\nX: \u0001\r\n\r\n`,
    expect: 'broken',
  },
  {
    name: 'trailer without a name',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n0\r\n: x\r\n\r\n`,
    expect: 'broken',
  },
  {
    name: 'coding before chunked',
    bytes: `${OK}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: ok('hi'),
  },
  {
    name: 'codings on two lines',
    bytes: `${OK}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: ok('hi'),
  },
  {
    name: 'tab after chunked',
    bytes: `${OK}Transfer-Encoding: chunked\t\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: ok('hi'),
    nodeDiffers: 'does not see that it is chunked; RFC 9110 section 5.5 has us strip the tab',
  },
  {
    name: 'comma after chunked',
    bytes: `${OK}Transfer-Encoding: chunked,\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
    nodeDiffers: 'does not see that it is chunked; the sender must not write it (RFC 9110 section 5.6.1.1)',
  },
  {
    name: 'space after a size',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
  },
  {
    name: 'space before an extension',
    bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n2 \t;a\r\nhi\r\n0\r\n\r\n`,
    expect: ok('hi'),
    nodeDiffers: 'refuses it; RFC 9112 section 7.1.1 has us parse it',
  },
  { name: 'empty coding', bytes: `${OK}Transfer-Encoding:\r\n\r\nhi`, expect: 'broken' },
  { name: 'coding without chunked', bytes: `${OK}Transfer-Encoding: gzip\r\n\r\nhi`, expect: ok('hi') },
  {
    name: 'coding after chunked',
    bytes: `${OK}Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
    nodeDiffers: 'reads to the end; RFC 9112 section 6.1 forbids the sender to do it',
  },
  {
    name: 'chunked twice',
    bytes: `${OK}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
    nodeDiffers: 'accepts it; RFC 9112 section 6.1 forbids the sender to do it',
  },
  {
    name: 'length, then coding',
    bytes: `${OK}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
  },
  {
    name: 'coding, then length',
    bytes: `${OK}Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
    expect: 'broken',
  },
  // Until the connection ends.
  { name: 'until the end', bytes: `${OK}\r\nhello`, expect: ok('hello') },
  { name: 'until the end, nothing', bytes: `${OK}\r\n`, expect: ok('') },
  { name: 'HTTP/1.0', bytes: 'HTTP/1.0 200 OK\r\n\r\nhello', expect: ok('hello') },
  { name: 'HTTP/1.0 with length', bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi', expect: ok('hi') },
  // No body.
  { name: 'HEAD', method: 'HEAD', bytes: `${OK}Content-Length: 5\r\n\r\n`, expect: ok('') },
  { name: 'HEAD, chunked', method: 'HEAD', bytes: `${OK}Transfer-Encoding: chunked\r\n\r\n`, expect: ok('') },
  { name: '204', bytes: 'HTTP/1.1 204 No Content\r\n\r\n', expect: ok('', 204) },
  { name: '304 with length', bytes: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', expect: ok('', 304) },
  // 1xx.
  { name: '100 first', bytes: `HTTP/1.1 100 Continue\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`, expect: ok('hi') },
  {
    name: '103 twice',
    bytes: `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    expect: ok('hi'),
  },
  {
    name: 'close in a 103',
    bytes: `HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    expect: ok('hi'),
    nodeDiffers: 'reads no further, though no final answer has come',
  },
  {
    name: 'close in a list in a 103',
    bytes: `HTTP/1.1 103 Early Hints\r\nConnection: , close\r\n\r\n${OK}Content-Length: 2\r\n\r\nhi`,
    expect: ok('hi'),
    nodeDiffers: 'reads no further, though no final answer has come',
  },
  { name: '100 and no more', bytes: 'HTTP/1.1 100 Continue\r\n\r\n', expect: 'broken' },
  {
    name: '101 unasked',
    bytes: 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    expect: 'broken',
  },
  {
    name: '101 without Upgrade',
    bytes: 'HTTP/1.1 101 Switching\r\n\r\n',
    expect: 'broken',
    nodeDiffers: 'takes it for a final answer',
  },
  // Status line.
  {
    name: 'NUL in the reason',
    bytes: 'HTTP/1.1 200 O\u0000K\r\nContent-Length: 2\r\n\r\nhi',
    expect: 'broken',
    nodeDiffers: 'does not look at the reason',
  },
  { name: 'no reason', bytes: 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi', expect: ok('hi') },
  { name: 'empty reason', bytes: 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi', expect: ok('hi') },
  {
    name: 'reason beyond ASCII',
    bytes: 'HTTP/1.1 200 d\u00e9j\u00e0\r\nContent-Length: 2\r\n\r\nhi',
    expect: ok('hi'),
  },
  { name: '404', bytes: 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nhi', expect: ok('hi', 404) },
  { name: '599', bytes: 'HTTP/1.1 599 X\r\nContent-Length: 0\r\n\r\n', expect: ok('', 599) },
  { name: 'status of two digits', bytes: 'HTTP/1.1 20 OK\r\n\r\n', expect: 'broken' },
  { name: 'status of four digits', bytes: 'HTTP/1.1 2000 OK\r\n\r\n', expect: 'broken' },
  {
    name: 'status below 100',
    bytes: 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n',
    expect: 'broken',
    nodeDiffers: 'accepts it; RFC 9110 section 15 begins at 100',
  },
  {
    name: 'HTTP/2',
    bytes: 'HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n',
    expect: 'broken',
    nodeDiffers: 'accepts it',
  },
  { name: 'HTTP/1.2', bytes: 'HTTP/1.2 200 OK\r\n\r\n', expect: 'broken' },
  { name: 'lower case', bytes: 'http/1.1 200 OK\r\n\r\n', expect: 'broken' },
  { name: 'another protocol', bytes: 'SSH-2.0-OpenSSH\r\n', expect: 'broken' },
  {
    name: 'line before the status line',
    bytes: `\r\n${OK}Content-Length: 0\r\n\r\n`,
    expect: 'broken',
    nodeDiffers: 'skips it; RFC 9112 section 2.2 grants that to requests only',
  },
  { name: 'two spaces', bytes: 'HTTP/1.1  200 OK\r\n\r\n', expect: 'broken' },
  { name: 'nothing', bytes: '', expect: 'broken' },
  { name: 'half a head', bytes: `${OK}Content-Le`, expect: 'broken' },
  // Fields.
  { name: 'empty value', bytes: `${OK}X:\r\nContent-Length: 2\r\n\r\nhi`, expect: ok('hi') },
  { name: 'odd token', bytes: `${OK}x!#$%&'*+-.^_\`|~: 1\r\nContent-Length: 2\r\n\r\nhi`, expect: ok('hi') },
  { name: 'value beyond ASCII', bytes: `${OK}X: \u00ff\t!\r\nContent-Length: 2\r\n\r\nhi`, expect: ok('hi') },
  { name: 'space before the colon', bytes: `${OK}Content-Length : 2\r\n\r\nhi`, expect: 'broken' },
  { name: 'space in a name', bytes: `${OK}X Y: 2\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  { name: 'no colon', bytes: `${OK}Content-Length\r\n\r\n`, expect: 'broken' },
  { name: 'no name', bytes: `${OK}: 1\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  { name: 'folded line', bytes: `${OK}X: a\r\n b\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  { name: 'LF alone after the status line', bytes: 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n', expect: 'broken' },
  { name: 'LF alone after a field', bytes: `${OK}Content-Length: 0\n\r\n`, expect: 'broken' },
  { name: 'LF alone at the end', bytes: `${OK}Content-Length: 0\r\n\n`, expect: 'broken' },
  { name: 'CR alone in a value', bytes: `${OK}X: a\rb\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  { name: 'NUL in a value', bytes: `${OK}X: a\u0000b\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  { name: 'DEL in a value', bytes: `${OK}X: a\u007fb\r\nContent-Length: 0\r\n\r\n`, expect: 'broken' },
  // Bytes after the response.
  {
    name: 'bytes after the body',
    bytes: `${OK}Content-Length: 2\r\n\r\nhi!`,
    expect: 'broken',
  },
  {
    name: 'second response',
    bytes: `${OK}Content-Length: 2\r\n\r\nhi${OK}Content-Length: 2\r\n\r\nho`,
    expect: 'broken',
    nodeDiffers: 'hands out the first answer',
  },
  {
    name: 'body after HEAD',
    method: 'HEAD',
    bytes: `${OK}Content-Length: 2\r\n\r\nhi`,
    expect: 'broken',
  },
  {
    name: 'body after 204',
    bytes: 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi',
    expect: 'broken',
  },
];
