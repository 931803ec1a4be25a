/** The goals of the README in Chinese, by the id that the results name; a goal that is not here stays as they name it. */
export const GOAL_TEXTS_ZH_CN: Readonly<Record<string, string>> = {
  'reference.mix.mean': '交易员混合负载，20/s，不含登录，optimised，平均',
  'reference.mix.p95': '交易员混合负载，20/s，不含登录，optimised，P95',
  'reference.mix.errors': '交易员混合负载，20/s，不含登录，optimised，错误率',
  'reference.tokens.p99': '持预先签发令牌的混合负载，200/s，optimised，P99',
  'reference.identity.queries': '每个已授权请求的身份查询数（首次出现之后）',
  'reference.identity.hit-rate': '身份缓存命中率（首次出现之后）',
  'reference.identity.first-sights': '测量期间首次出现的令牌数',
  'reference.identity.hit-p99': '命中时的身份检查，P99',
  'reference.login.rate.origin': '登录突发期间得到令牌的登录数，origin',
  'reference.login.rate.optimised': '登录突发期间得到令牌的登录数，optimised',
  'reference.login.worst.origin': '登录突发中最慢的登录，origin',
  'reference.login.worst.optimised': '登录突发中最慢的登录，optimised（超出队列：503 + Retry-After）',
  'reference.health.p99': '每秒 20 次登录的突发期间，/health/live，500 次探测/s，optimised，P99',
  'reference.portal.dashboard.p95': 'dashboard，已预热，optimised，P95',
  'reference.portal.keys.p95': 'keys，已预热，optimised，P95',
  'reference.portal.trend.p95': 'trend，已预热，optimised，P95',
  'reference.portal.leaderboard.p95': 'leaderboard，已预热，optimised，P95',
  'reference.upstream.calls': '100 个读者同时读取时，每个键每个有效期的上游调用数',
  'reference.capacity.origin': '持令牌混合负载的容量（P99 < 200 ms，错误率 < 0.1 %），optimised ÷ origin',
  'reference.capacity.typical': '同一容量，optimised ÷ typical',
  'reference.capacity.without-sql': '同一容量，optimised 去掉手写 SQL（db.no-totals 与 db.parse-per-query）÷ typical',
  'reference.capacity.rate.origin': '同一容量，origin',
  'reference.capacity.rate.typical': '同一容量，typical',
  'reference.capacity.rate.optimised': '同一容量，optimised',
  'reference.capacity.rate.without-sql': '同一容量，optimised 去掉手写 SQL',
  'reference.gateway.rate': '网关，同一已缓存的问题，10,000/s，持续 10 s（四核机器的目标），optimised，成功应答',
  'reference.gateway.p99': '网关，10,000/s，optimised，P99',
  'reference.gateway.errors': '网关，10,000/s，optimised，错误率',
  'reference.export.rss': '导出 20,000 行，optimised，此前很少导出的进程的常驻内存增长',
  'reference.export.rss.buffered': '同一内存增长，使用 export.buffered',
  'reference.export.first-byte': '同一导出，optimised，十次中最慢的首字节',
  'reference.export.first-byte.buffered': '同一首字节，使用 export.buffered',
  'reference.project.p95': '项目及其文件与动态，100/s，已预热，optimised，P95',
  'reference.project.p95.typical': '同样的页面，typical，P95',
  'reference.start.quick': '`npm ci` 之后的快速 `npm start`',
  'load.http.autocannon': '库在单线程中发送 keep-alive GET，每 CPU 秒请求数 ÷ autocannon',
  'load.http.hey': '库在单线程中发送 keep-alive GET，每 CPU 秒请求数 ÷ hey',
  'load.tls.cpu': '库在单线程中经 TLS（RSA-2048，校验证书）发送 keep-alive GET，每 CPU 秒请求数 ÷ wrk（wrk 不校验）',
  'load.scripted.cpu': '库在单线程中运行脚本用户（登录、令牌、三个加权调用、CSV、JSON 检查），每 CPU 秒请求数',
  'load.websocket.bare': '同样的往返，每 CPU 秒次数 ÷ 只用 Node 套接字、不做解析的客户端',
  'load.rate.100': '目标 100/s，精确节奏：实际速率 ÷ 目标速率',
  'load.rate.10k': '目标 10,000/s，精确节奏：实际速率 ÷ 目标速率',
  'load.rate.half': '目标为此前闭环运行所达速率的一半，精确节奏：实际速率 ÷ 目标速率',
  'load.rate.half.target': '该次运行的目标速率',
  'load.sendlag.precise': '10,000/s，精确节奏：发送延迟，P99',
  'load.sendlag.eco': '5,000/s，节能节奏：发送延迟，P99',
  'load.sendlag.eco.cpu': '同一次运行：整个进程的处理器时间占单个核心的份额',
  'load.delay.5': '已知延迟 5 ms：P50 与 P99 中较大的误差 ÷ 允许值（0.2 ms 与 1 % 中较大者）',
  'load.delay.20': '已知延迟 20 ms：同上',
  'load.delay.100': '已知延迟 100 ms：同上',
  'load.stall.autocannon.p50': '同样的停顿：autocannon 在同一速率、默认修正下报告的 P50；真值低于 1 ms',
  'load.stall.autocannon.p99': '同一停顿：autocannon 报告的 P99；真值为 900 ms',
  'load.overload.p50': '以 2,000/s 请求每秒只能应答 1,000 次的服务：P50 与流体队列之差',
  'load.overload.p90': '同一过载：P90 与流体队列之差',
  'load.websocket.open': '打开 10,000 个 WebSocket，每个都得到确认',
  'load.websocket.memory': '10,000 个打开的 WebSocket，最初 500 个之后每个增加的内存，已回收垃圾',
  'load.memory.start': '用构建好的库发送第一个请求之后的进程常驻内存',
  'load.memory.command': '构建好的整个命令以 500/s 运行一秒后的常驻内存',
  'load.memory.connection': '5,000 个各有一个请求在途的 HTTP 连接，最初 1,000 个之后每个增加的内存，已回收垃圾',
  'load.memory.flat': '一次运行中记录样本的 20 % 到 95 % 之间增加的内存（10^8；quick 级为 5 × 10^6）',
  'load.interrupt': '从向构建好的命令发出 SIGINT 到报告打印完毕，服务正常应答',
  'load.interrupt.silent': '从向构建好的命令发出 SIGINT 到报告打印完毕，服务不应答',
  'load.http.cpu': '长连接 GET，每 CPU 秒的请求数 ÷ wrk',
  'load.websocket.cpu': '32 字节的 WebSocket 回显，每 CPU 秒的往返数 ÷ ws',
  'load.rate.1k': '实际速率 ÷ 目标速率，1,000/s',
  'load.rate.5k': '实际速率 ÷ 目标速率，5,000/s',
  'load.stall.p95': '已知的 1 s 停顿（10 s，2,000/s）：P95 与真值相比',
  'load.stall.p99': '同一停顿：P99 与真值相比',
  'load.stall.max': '同一停顿：最大值与真值相比',
  'load.validity.hog':
    '每次 3 s、1,000/s，发生器所在核上另有一个忙循环：被判为无效的运行所占比例（25 次；快速档 2 次）',
  'load.validity.quiet': '同样的运行，没有忙循环：被判为无效的比例',
  'load.histogram.record': '直方图记录一次',
  'load.compare.false-alarms':
    '200 次模拟比较，两侧服务相同，每侧十轮：判定任一指标变好或变差的比例（时间服从对数正态分布，P99 为 P50 的两倍；每轮 2,000 个请求，各进程之间的水平以 5 % 的标准差波动：二十轮的极差约 19 %）',
  'load.compare.found-p50': '同样的噪声，每侧十轮：全部时间变慢 10 %，由 P50 判定变差的比例',
  'load.compare.found-p99': '同样的噪声，每侧十轮：最慢的 2 % 变慢 20 %，由 P99 判定变差的比例',
  'load.compare.real-false-alarms':
    '20 次真实比较，同一服务与自身相比，每侧五轮，交替进行，每轮一个新进程：判定任一指标变好或变差的比例',
  'load.percentile.error':
    '10^6 个对数正态分布的时间，由八个直方图记录后合并：P0.1 至最大值共十二个百分位与精确排序相比的最大误差',
  'load.find-max.error': '对另一进程中速率已知的令牌桶运行 `find-max`：找到的速率与已知速率相比',
  'load.find-max.time': '同样的搜索，一次所需的时间',
  'cache.get.lru': '读取已缓存的值，10,000 个键按 Zipf 分布（0.99），带有效期，每秒读取数 ÷ lru-cache',
  'cache.memory.entry':
    '键和值之外每个条目的内存，100,000 个条目，带有效期、adaptive 策略和一个标签（共一千个；lru-cache 无标签）',
  'cache.hit-ratio.mean':
    'adaptive 策略在九种合成负载上的平均命中率，减去最好的固定策略（FIFO、LRU、SIEVE、S3-FIFO、W-TinyLFU）',
  'cache.hit-ratio.worst': '同一命中率减去 LRU，取相比之下最差的负载',
  'cache.put.p999': '写入已满的 100,000 个值的缓存，adaptive 策略，P99.9',
  'cache.policy.cost':
    '读取（未命中则写入），一百万个键中的 100,000 个，按 Zipf 分布（0.99），adaptive 用时 ÷ lru 用时',
  ...faultTexts(),
};

/** Units that are words. */
export const GOAL_UNITS_ZH_CN: Readonly<Record<string, string>> = {
  queries: '次查询',
  requests: '个请求',
  calls: '次调用',
  ratio: '倍',
  points: '个百分点',
  answers: '个应答',
  '% off': '% 偏差',
  '1/s': '次/秒',
  µs: '微秒',
  KB: 'KB',
};

/** Why a goal was skipped. */
export const SKIPPED_ZH_CN: Readonly<Record<string, string>> = {
  'no round gave a value': '没有任何轮次测得该值',
};

/** Each drill with each of its goals. */
function faultTexts(): Record<string, string> {
  const faults = {
    'postgres-restart': 'Postgres 被杀后重启',
    'postgres-stop': 'Postgres 正常停止后重启',
    'postgres-resets': '与 Postgres 的连接被反复重置',
    'postgres-half-open': 'Postgres 无响应而连接仍在',
    'postgres-slow': 'Postgres 线路缓慢',
    'upstream-down': '密钥服务拒绝连接',
    'upstream-half-open': '密钥服务无响应而连接仍在',
    'upstream-slow': '密钥服务线路缓慢',
    'upstream-corrupt': '密钥服务的应答有位翻转',
  };
  const goals = {
    wrong: '错误的应答',
    'errors-outside': '故障之前或结束 1 s 之后的失败',
    recovery: '恢复接受连接后多久恢复正常',
  };
  return Object.fromEntries(
    Object.entries(faults).flatMap(([fault, name]) =>
      Object.entries(goals).map(([goal, said]) => [`reference.fault.${fault}.${goal}`, `${name}：${said}`]),
    ),
  );
}
