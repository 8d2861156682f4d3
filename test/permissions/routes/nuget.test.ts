import { walkRoutes } from './walk.ts';

walkRoutes('nuget');
